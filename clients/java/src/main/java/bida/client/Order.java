package bida.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * One delivery as you ask for it. The payload is the platform's own document, field by field.
 *
 * <p>The key makes the same order again the same delivery, also after a crash of your program: make it of what
 * the order is about, for example {@code oa-leave-2026-000123}. An order without a key gets a random one, so
 * that sending the same {@code Order} object again is safe.
 */
public final class Order {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  private Order(String account, String operation, Object payload) {
    fields.put("account", account);
    fields.put("operation", operation);
    fields.put("key", "java-" + UUID.randomUUID());
    fields.put("payload", payload);
  }

  /** @param operation {@code todo.create}, {@code schedule.modify}, {@code task.create}, … */
  public static Order of(String account, String operation, Map<String, ?> payload) {
    return new Order(account, operation, payload);
  }

  /** @param payloadJson as your own JSON library wrote it; it is sent as it is, every digit */
  public static Order ofJson(String account, String operation, String payloadJson) {
    return new Order(account, operation, Json.raw(payloadJson));
  }

  public Order key(String key) {
    return with("key", key);
  }

  /** What is kept in order, in place of what the payload is about. */
  public Order lane(String lane) {
    return with("lane", lane);
  }

  /** ISO 8601 with a time zone, for example {@code 2026-03-01T08:30:00+08:00}. */
  public Order sendAt(String moment) {
    return with("sendAt", moment);
  }

  /** ISO 8601 with a time zone: when it must have ended, well or not. */
  public Order deadline(String moment) {
    return with("deadline", moment);
  }

  /** 0 is served first; the default. */
  public Order priority(int priority) {
    return with("priority", priority);
  }

  /** Is told how it ended; {@link CallbackVerifier} says whether the caller was Bida. */
  public Order callbackUrl(String url) {
    return with("callbackUrl", url);
  }

  /** Comes back with the delivery. */
  public Order metadata(Map<String, ?> metadata) {
    return with("metadata", metadata);
  }

  public String key() {
    return (String) fields.get("key");
  }

  private Order with(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  /** @throws IllegalArgumentException that names the place of what JSON cannot have */
  String json() {
    return Json.write(fields);
  }
}
