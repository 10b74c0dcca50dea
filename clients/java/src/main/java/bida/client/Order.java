package bida.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * One delivery that you ask for. The payload has the platform's own fields.
 *
 * <p>Orders with the same key are one delivery, also after a crash of your program. Derive the key from what the
 * order is about, for example {@code oa-leave-2026-000123}. An order without a key gets a random one, so it is
 * safe to send the same {@code Order} object again.
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

  /** @param payloadJson as your own JSON library wrote it; it is sent unchanged, with every digit */
  public static Order ofJson(String account, String operation, String payloadJson) {
    return new Order(account, operation, Json.raw(payloadJson));
  }

  public Order key(String key) {
    return with("key", key);
  }

  /** Orders of one lane are delivered in order. The default is the item that the payload names. */
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

  /** Called when the delivery ends; {@link CallbackVerifier} checks that the caller is Bida. */
  public Order callbackUrl(String url) {
    return with("callbackUrl", url);
  }

  /** {@code aof} or {@code replica}: acknowledged only when it is on Redis' disk, or on a replica. */
  public Order durability(String durability) {
    return with("durability", durability);
  }

  /** Returned with the delivery. */
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

  /** @throws IllegalArgumentException with the place of a value that JSON does not allow */
  String json() {
    return Json.write(fields);
  }
}
