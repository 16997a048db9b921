-- That a ministry says a dossier was entered under the wrong procedure is a difference of where it is, as the others are.
drop index difference_routed;
create index difference_routed on difference (dossier_id) where kind in ('sent-to-wrong-system', 'told-by-wrong-system', 'entered-under-wrong-procedure');
