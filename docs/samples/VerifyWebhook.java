import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies what the gateway posts to a subscription (Standard Webhooks). Java 11 or newer, no packages.
 *
 * <p>Give it the bytes of the body exactly as they came: parse them only when it has said yes. Two secrets may be right
 * while one is rotated. Tell repeats by {@code webhook-id}.
 */
public final class VerifyWebhook {
  private static final long TOLERANCE_SECONDS = 5 * 60;
  private final List<SecretKeySpec> keys = new ArrayList<>();

  /** @param secrets each {@code whsec_} and base64, as the answer to POST /v1/subscriptions showed it once */
  public VerifyWebhook(List<String> secrets) {
    for (String secret : secrets) {
      byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
      keys.add(new SecretKeySpec(key, "HmacSHA256"));
    }
  }

  /** Whether the message is the gateway's and not an old one sent again; a missing header is {@code null}. */
  public boolean isGenuine(String id, String timestamp, String signatures, byte[] body, Instant now) {
    if (id == null || timestamp == null || signatures == null || !timestamp.matches("\\d{1,12}")) return false;
    if (Math.abs(now.getEpochSecond() - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) return false;
    boolean genuine = false;
    for (SecretKeySpec key : keys) {
      byte[] expected = sign(key, id + "." + timestamp + ".", body);
      for (String signature : signatures.split(" ")) {
        if (!signature.startsWith("v1,")) continue;
        // Compared in constant time, and every pair, so that the time it takes tells nothing.
        genuine |= MessageDigest.isEqual(expected, signature.substring("v1,".length()).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return genuine;
  }

  private static byte[] sign(SecretKeySpec key, String head, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(head.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encode(mac.doFinal(body));
    } catch (NoSuchAlgorithmException | InvalidKeyException error) {
      throw new IllegalStateException(error);
    }
  }

  /** Try it: {@code java VerifyWebhook.java <secret> <webhook-id> <webhook-timestamp> <webhook-signature> <body> <now>}. */
  public static void main(String[] given) {
    VerifyWebhook verifier = new VerifyWebhook(List.of(given[0]));
    byte[] body = given[4].getBytes(StandardCharsets.UTF_8);
    Instant now = Instant.ofEpochSecond(Long.parseLong(given[5]));
    System.out.println(verifier.isGenuine(given[1], given[2], given[3], body, now) ? "genuine" : "refused");
  }
}
