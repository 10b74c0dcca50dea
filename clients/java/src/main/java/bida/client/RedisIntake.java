package bida.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Orders straight into Redis: {@code XADD bida:intake * order <json>}, over a plain socket. For a system that
 * can reach Redis and not the API. A refused order is listed by {@code bida intake refused}, and reported on the
 * reply stream if you name one.
 *
 * <p>One connection; calls of several threads go one after the other. After a failure the next call connects
 * again. Adding the same {@link Order} twice makes one delivery.
 */
public final class RedisIntake implements Closeable {
  private static final int CONNECT_WITHIN_MS = 3_000;
  private static final int ANSWER_WITHIN_MS = 10_000;

  private final URI url;
  private final String stream;
  private Socket socket;
  private InputStream in;

  /**
   * @param url {@code redis://user:password@host:6379/0}; {@code rediss://} for TLS, checked against the JVM's trust store
   * @param stream as in Bida's configuration: {@code bida:intake}
   */
  public RedisIntake(String url, String stream) {
    this.url = URI.create(url);
    this.stream = stream;
    if (!"redis".equals(this.url.getScheme()) && !"rediss".equals(this.url.getScheme()))
      throw new IllegalArgumentException("expected redis://host:6379 or rediss://host:6379");
  }

  /** Returns the entry's id when Redis has it. Bida acknowledges later: look the order up by its key, or read a reply stream. */
  public synchronized String add(Order order) throws IOException {
    return add(order, null);
  }

  /** @param reply a stream whose name begins with {@code bida:reply:}; null for none */
  public synchronized String add(Order order, String reply) throws IOException {
    String json = order.json();
    try {
      connect();
      return reply == null ? ask("XADD", stream, "*", "order", json) : ask("XADD", stream, "*", "order", json, "reply", reply);
    } catch (RedisRefusal refusal) {
      // The connection is as good as before.
      throw refusal;
    } catch (IOException failure) {
      close();
      throw failure;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    Socket open = socket;
    socket = null;
    if (open != null) open.close();
  }

  private void connect() throws IOException {
    if (socket != null) return;
    int port = url.getPort() < 0 ? 6379 : url.getPort();
    String host = url.getHost().replaceAll("^\\[(.*)]$", "$1");
    Socket plain = new Socket();
    plain.connect(new InetSocketAddress(host, port), CONNECT_WITHIN_MS);
    plain.setSoTimeout(ANSWER_WITHIN_MS);
    socket = plain;
    if ("rediss".equals(url.getScheme())) socket = encrypted(plain, host, port);
    in = new BufferedInputStream(socket.getInputStream());
    try {
      logIn();
    } catch (IOException failure) {
      close();
      throw failure;
    }
  }

  private void logIn() throws IOException {
    if (url.getRawUserInfo() != null) {
      String[] parts = url.getRawUserInfo().split(":", 2);
      String user = decoded(parts[0]);
      if (parts.length == 2 && !user.isEmpty()) ask("AUTH", user, decoded(parts[1]));
      else ask("AUTH", decoded(parts[parts.length - 1]));
    }
    String database = url.getPath() == null ? "" : url.getPath().replace("/", "");
    if (!database.isEmpty() && !"0".equals(database)) ask("SELECT", database);
  }

  private static Socket encrypted(Socket plain, String host, int port) throws IOException {
    SSLSocket socket = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static String decoded(String part) throws IOException {
    return URLDecoder.decode(part.replace("+", "%2B"), "UTF-8");
  }

  private String ask(String... command) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(("*" + command.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (String argument : command) {
      byte[] text = argument.getBytes(StandardCharsets.UTF_8);
      bytes.write(("$" + text.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      bytes.write(text);
      bytes.write('\r');
      bytes.write('\n');
    }
    socket.getOutputStream().write(bytes.toByteArray());
    return reply();
  }

  /** The forms of reply that these commands get. */
  private String reply() throws IOException {
    String line = line();
    String rest = line.substring(Math.min(1, line.length()));
    if (line.startsWith("-")) throw new RedisRefusal(rest);
    if (line.startsWith("+") || line.startsWith(":")) return rest;
    if (!line.startsWith("$")) throw new IOException("this is not a Redis: " + line);
    byte[] text = new byte[Math.max(0, Integer.parseInt(rest))];
    for (int read = 0; read < text.length; ) {
      int count = in.read(text, read, text.length - read);
      if (count < 0) throw new EOFException("Redis closed the connection");
      read += count;
    }
    line();
    return new String(text, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int sign = in.read(); sign != '\n'; sign = in.read()) {
      if (sign < 0) throw new EOFException("Redis closed the connection");
      if (sign != '\r') line.append((char) sign);
    }
    return line.toString();
  }

  /** Redis answered with an error: NOAUTH, NOPERM, OOM, … */
  public static final class RedisRefusal extends IOException {
    private static final long serialVersionUID = 1L;

    RedisRefusal(String said) {
      super(said);
    }
  }
}
