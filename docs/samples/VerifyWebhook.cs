using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

/// <summary>
/// Verifies what the gateway posts to a subscription (Standard Webhooks). .NET 6 or newer, no packages.
/// Give it the bytes of the body exactly as they came: parse them only when it has said yes. Two secrets may be right
/// while one is rotated. Tell repeats by webhook-id.
/// </summary>
public sealed class VerifyWebhook
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    private readonly List<byte[]> keys;

    /// <param name="secrets">Each whsec_ and base64, as the answer to POST /v1/subscriptions showed it once.</param>
    public VerifyWebhook(IEnumerable<string> secrets)
    {
        keys = secrets.Select(secret => Convert.FromBase64String(secret.Substring("whsec_".Length))).ToList();
    }

    /// <summary>Whether the message is the gateway's and not an old one sent again; a missing header is null.</summary>
    public bool IsGenuine(string id, string timestamp, string signatures, byte[] body, DateTimeOffset now)
    {
        if (id == null || timestamp == null || signatures == null) return false;
        long seconds;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds > 253402300799) return false;
        if ((now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance) return false;
        byte[] signed = Encoding.UTF8.GetBytes(id + "." + timestamp + ".").Concat(body).ToArray();
        bool genuine = false;
        foreach (byte[] key in keys)
        {
            using (var hmac = new HMACSHA256(key))
            {
                byte[] expected = Encoding.ASCII.GetBytes(Convert.ToBase64String(hmac.ComputeHash(signed)));
                foreach (string signature in signatures.Split(' '))
                {
                    if (!signature.StartsWith("v1,", StringComparison.Ordinal)) continue;
                    // Compared in constant time, and every pair, so that the time it takes tells nothing.
                    genuine |= CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(signature.Substring(3)));
                }
            }
        }
        return genuine;
    }

    /// <summary>Try it: dotnet run -- secret webhook-id webhook-timestamp webhook-signature body now</summary>
    public static void Main(string[] given)
    {
        var verifier = new VerifyWebhook(new[] { given[0] });
        var now = DateTimeOffset.FromUnixTimeSeconds(long.Parse(given[5], CultureInfo.InvariantCulture));
        bool genuine = verifier.IsGenuine(given[1], given[2], given[3], Encoding.UTF8.GetBytes(given[4]), now);
        Console.WriteLine(genuine ? "genuine" : "refused");
    }
}
