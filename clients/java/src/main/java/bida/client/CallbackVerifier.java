package bida.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks that a callback came from Bida, and reads it (Standard Webhooks: HMAC-SHA256 over {@code
 * id.timestamp.body}).
 */
public final class CallbackVerifier {
  private static final long TOLERANCE_SECONDS = 300;

  private final List<byte[]> secrets = new ArrayList<>();

  /** @param secrets as in Bida's configuration; several while you replace one */
  public CallbackVerifier(String... secrets) {
    for (String secret : secrets)
      this.secrets.add(
          secret.startsWith("whsec_") ? Base64.getDecoder().decode(secret.substring(6)) : secret.getBytes(StandardCharsets.UTF_8));
    if (this.secrets.isEmpty()) throw new IllegalArgumentException("expected a secret");
  }

  /**
   * @param id the header {@code webhook-id}; the same callback may come twice, with the same id
   * @param timestamp the header {@code webhook-timestamp}
   * @param signatures the header {@code webhook-signature}
   * @param body the bytes of the request, unchanged
   * @throws SecurityException when it is not Bida's, or older than five minutes: answer 401
   */
  public Callback verify(String id, String timestamp, String signatures, byte[] body) {
    return verify(id, timestamp, signatures, body, System.currentTimeMillis() / 1_000);
  }

  Callback verify(String id, String timestamp, String signatures, byte[] body, long nowSeconds) {
    if (id == null || timestamp == null || signatures == null || body == null || !timestamp.matches("\\d{1,12}"))
      throw new SecurityException("the callback has no signature");
    if (Math.abs(nowSeconds - Long.parseLong(timestamp)) > TOLERANCE_SECONDS)
      throw new SecurityException("the callback's time is more than five minutes away");
    for (byte[] secret : secrets) {
      byte[] expected = ("v1," + sign(secret, id, timestamp, body)).getBytes(StandardCharsets.US_ASCII);
      for (String signature : signatures.split(" "))
        if (MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) return read(id, body);
    }
    throw new SecurityException("the callback's signature is not ours");
  }

  private static Callback read(String id, byte[] body) {
    Map<String, Object> message = Json.objectOf(Json.read(new String(body, StandardCharsets.UTF_8)));
    return new Callback(id, (String) message.get("type"), new Delivery(Json.objectOf(message.get("data"))));
  }

  private static String sign(byte[] secret, String id, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** How a delivery ended. */
  public static final class Callback {
    private final String id;
    private final String type;
    private final Delivery delivery;

    Callback(String id, String type, Delivery delivery) {
      this.id = id;
      this.type = type;
      this.delivery = delivery;
    }

    /** The same for each repetition: store it, to act once. */
    public String id() {
      return id;
    }

    /** {@code delivery.confirmed}, {@code delivery.dead}, … */
    public String type() {
      return type;
    }

    public Delivery delivery() {
      return delivery;
    }
  }
}
