package bida.client;

import java.util.Collections;
import java.util.List;

/** Bida refused the call, or could not be reached. */
public class BidaException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient List<FieldError> errors;
  private final String deliveryId;

  BidaException(int status, String code, String detail, List<FieldError> errors, String deliveryId, Throwable cause) {
    super((status == 0 ? "no answer" : String.valueOf(status)) + " " + code + ": " + detail + said(errors), cause);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.deliveryId = deliveryId;
  }

  BidaException(String code, String detail, Throwable cause) {
    this(0, code, detail, Collections.<FieldError>emptyList(), null, cause);
  }

  private static String said(List<FieldError> errors) {
    return errors.isEmpty() ? "" : " " + errors;
  }

  /** Of the HTTP answer; 0 without one. */
  public int status() {
    return status;
  }

  /** {@code invalid}, {@code keyConflict}, {@code unknownAccount}, {@code unreachable}, … */
  public String code() {
    return code;
  }

  /** The wrong fields of an order; empty where there are none. */
  public List<FieldError> errors() {
    return errors == null ? Collections.<FieldError>emptyList() : errors;
  }

  /** The delivery that the order conflicts with, for example the one with the same key; null without one. */
  public String deliveryId() {
    return deliveryId;
  }
}
