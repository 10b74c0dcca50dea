package bida.client;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON without a library. Every digit is kept: an integer is read as a {@code Long}, or as a {@code BigInteger}
 * if it is longer, and any other number as a {@code BigDecimal}.
 */
public final class Json {
  private static final int MOST_LEVELS = 64;

  private Json() {}

  /** JSON that another library has written already: it is sent as it is. */
  public static Object raw(String json) {
    read(json);
    return new Raw(json);
  }

  static final class Raw {
    final String text;

    Raw(String text) {
      this.text = text;
    }
  }

  /**
   * Writes maps, iterables, arrays, texts, numbers, booleans, null, and {@link #raw}.
   *
   * @throws IllegalArgumentException with the place of a value that JSON does not allow
   */
  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out, "", 0);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out, String at, int level) {
    if (level > MOST_LEVELS) throw wrong(at, "expected at most " + MOST_LEVELS + " levels");
    if (value == null || value instanceof Boolean) out.append(value);
    else if (value instanceof CharSequence || value instanceof Character) text(value.toString(), out, at);
    else if (value instanceof Raw) out.append(((Raw) value).text);
    else if (value instanceof Number) out.append(number((Number) value, at));
    else if (value instanceof Map) object((Map<?, ?>) value, out, at, level);
    else if (value instanceof Iterable) list((Iterable<?>) value, out, at, level);
    else if (value.getClass().isArray()) list(elements(value), out, at, level);
    else throw wrong(at, "expected a map, a list, a text, a number, a boolean or null, got " + value.getClass().getName());
  }

  private static void object(Map<?, ?> map, StringBuilder out, String at, int level) {
    String between = "{";
    for (Map.Entry<?, ?> field : map.entrySet()) {
      String name = String.valueOf(field.getKey());
      out.append(between);
      text(name, out, at);
      out.append(':');
      write(field.getValue(), out, at + "/" + name.replace("~", "~0").replace("/", "~1"), level + 1);
      between = ",";
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private static void list(Iterable<?> items, StringBuilder out, String at, int level) {
    out.append('[');
    int index = 0;
    for (Object item : items) {
      if (index > 0) out.append(',');
      write(item, out, at + "/" + index, level + 1);
      index += 1;
    }
    out.append(']');
  }

  private static List<Object> elements(Object array) {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < Array.getLength(array); i += 1) items.add(Array.get(array, i));
    return items;
  }

  private static String number(Number number, String at) {
    boolean isFloating = number instanceof Double || number instanceof Float;
    if (isFloating && (Double.isNaN(number.doubleValue()) || Double.isInfinite(number.doubleValue())))
      throw wrong(at, "expected a number, got " + number);
    String text = number.toString();
    if (!text.matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?")) throw wrong(at, "expected a number that JSON has, got " + text);
    return text;
  }

  private static void text(String text, StringBuilder out, String at) {
    out.append('"');
    for (int i = 0; i < text.length(); i += 1) {
      char sign = text.charAt(i);
      boolean isPair = Character.isHighSurrogate(sign) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
      if (isPair) {
        out.append(sign).append(text.charAt(i + 1));
        i += 1;
      } else if (Character.isSurrogate(sign)) {
        // It would reach nobody as it was written.
        throw wrong(at, "expected well-formed text, without half of a surrogate pair");
      } else if (sign == '"' || sign == '\\') out.append('\\').append(sign);
      else if (sign < ' ') out.append(String.format("\\u%04x", (int) sign));
      else out.append(sign);
    }
    out.append('"');
  }

  private static IllegalArgumentException wrong(String at, String detail) {
    return new IllegalArgumentException((at.isEmpty() ? "" : at + ": ") + detail);
  }

  /**
   * Reads one JSON value: {@code LinkedHashMap}, {@code ArrayList}, {@code String}, {@code Boolean}, null, and
   * numbers as described above.
   *
   * @throws IllegalArgumentException when it is not JSON
   */
  public static Object read(String text) {
    Reader reader = new Reader(text);
    Object value = reader.value(0);
    reader.white();
    if (reader.at < text.length()) throw reader.malformed();
    return value;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> objectOf(Object value) {
    return (Map<String, Object>) value;
  }

  private static final class Reader {
    private final String text;
    private int at = 0;

    Reader(String text) {
      this.text = text;
    }

    Object value(int level) {
      if (level > MOST_LEVELS) throw malformed();
      white();
      switch (peek()) {
        case '{':
          return object(level);
        case '[':
          return list(level);
        case '"':
          return string();
        case 't':
          return word("true", Boolean.TRUE);
        case 'f':
          return word("false", Boolean.FALSE);
        case 'n':
          return word("null", null);
        default:
          return number();
      }
    }

    private Map<String, Object> object(int level) {
      Map<String, Object> object = new LinkedHashMap<>();
      at += 1;
      white();
      if (peek() == '}') at += 1;
      else
        do {
          white();
          if (peek() != '"') throw malformed();
          String name = string();
          white();
          take(':');
          object.put(name, value(level + 1));
          white();
        } while (more('}'));
      return object;
    }

    private List<Object> list(int level) {
      List<Object> list = new ArrayList<>();
      at += 1;
      white();
      if (peek() == ']') at += 1;
      else
        do {
          list.add(value(level + 1));
          white();
        } while (more(']'));
      return list;
    }

    private boolean more(char end) {
      if (peek() == end) {
        at += 1;
        return false;
      }
      take(',');
      return true;
    }

    private String string() {
      StringBuilder out = new StringBuilder();
      at += 1;
      for (; ; at += 1) {
        char sign = peek();
        if (sign < ' ') throw malformed();
        if (sign == '"') break;
        if (sign != '\\') {
          out.append(sign);
          continue;
        }
        at += 1;
        char escaped = peek();
        int simple = "\"\\/bfnrt".indexOf(escaped);
        if (simple >= 0) out.append("\"\\/\b\f\n\r\t".charAt(simple));
        else if (escaped == 'u') {
          out.append(hex());
          at += 4;
        } else throw malformed();
      }
      at += 1;
      return out.toString();
    }

    private char hex() {
      if (at + 5 > text.length() || !text.substring(at + 1, at + 5).matches("[0-9a-fA-F]{4}")) throw malformed();
      return (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
    }

    private Object word(String word, Object value) {
      if (!text.startsWith(word, at)) throw malformed();
      at += word.length();
      return value;
    }

    private Number number() {
      int from = at;
      while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at += 1;
      String digits = text.substring(from, at);
      if (!digits.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) throw malformed();
      if (!digits.matches("-?\\d+")) return new BigDecimal(digits);
      BigInteger integer = new BigInteger(digits);
      if (integer.bitLength() > 63) return integer;
      return integer.longValue();
    }

    void white() {
      while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at += 1;
    }

    private char peek() {
      if (at >= text.length()) throw malformed();
      return text.charAt(at);
    }

    private void take(char sign) {
      if (peek() != sign) throw malformed();
      at += 1;
    }

    IllegalArgumentException malformed() {
      return new IllegalArgumentException("this is not JSON (at " + at + ")");
    }
  }
}
