package bida.client;

import java.util.Map;

/** A delivery as Bida shows it. */
public final class Delivery {
  private final Map<String, Object> fields;

  Delivery(Map<String, Object> fields) {
    this.fields = fields;
  }

  public String id() {
    return text("id");
  }

  /** queued, sending, retrying, confirming, confirmed, dead, discarded or cancelled. */
  public String status() {
    return text("status");
  }

  /** The platform itself showed it. */
  public boolean isConfirmed() {
    return "confirmed".equals(status());
  }

  public boolean hasEnded() {
    String status = status();
    return isConfirmed() || "dead".equals(status) || "discarded".equals(status) || "cancelled".equals(status);
  }

  /** Why it is dead: rejected, unproven, expired, …; null if it is not. */
  public String reason() {
    return text("reason");
  }

  /** The same in a sentence; null without one. */
  public String detail() {
    return text("detail");
  }

  /** Everything: recipients with their evidence, receipt, times. Long numbers are exact ({@link Json}). */
  public Map<String, Object> fields() {
    return fields;
  }

  private String text(String name) {
    Object value = fields.get(name);
    return value == null ? null : value.toString();
  }

  @Override
  public String toString() {
    return id() + " is " + status() + (detail() == null ? "" : " (" + detail() + ")");
  }
}
