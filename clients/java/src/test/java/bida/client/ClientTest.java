package bida.client;

import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** What needs no Bida, without a test library: prints what is not so, and ends with 1. */
public final class ClientTest {
  private static int failures = 0;

  /** With a Redis' URL: adds one order there. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      try (RedisIntake intake = new RedisIntake(args[0], "bida:intake")) {
        System.out.println(intake.add(Order.of("yzj", "todo.create", BidaClient.fields("t", "请")).key("k")));
      }
      return;
    }
    keepsEveryDigit();
    writesEveryText();
    refusesWhatJsonCannotHave();
    readsStrictly();
    verifiesCallbacks();
    speaksWithRedis();
    System.out.println(failures == 0 ? "all as it should be" : failures + " are not so");
    System.exit(failures == 0 ? 0 : 1);
  }

  private static void keepsEveryDigit() {
    String text = "{\"a\":9007199254740993,\"b\":18446744073709551617,\"c\":1.10,\"d\":-0.5,\"e\":0,\"f\":123456789.123456789012345}";
    same("numbers survive", Json.write(Json.read(text)), text);
    Map<?, ?> read = (Map<?, ?>) Json.read(text);
    same("a long", read.get("a"), 9007199254740993L);
    same("longer than a long", read.get("b"), new BigInteger("18446744073709551617"));
    same("decimals", read.get("c"), new BigDecimal("1.10"));
    same("what was written already", Json.write(Arrays.asList(Json.raw("{\"n\": 1.0}"))), "[{\"n\": 1.0}]");
  }

  private static void writesEveryText() {
    String text = "请假 😀 \"quoted\" \\ / \n\t\u0001\u2028";
    same("texts survive", Json.read(Json.write(text)), text);
    same("escapes are read", Json.read("\"\\u8bf7\\ud83d\\ude00\\/\\n\""), "请😀/\n");
    same("arrays and null", Json.write(BidaClient.fields("a", new int[] {1, 2}, "b", null, "c", true)), "{\"a\":[1,2],\"b\":null,\"c\":true}");
  }

  private static void refusesWhatJsonCannotHave() {
    refused("NaN", "/a/0: ", () -> Json.write(BidaClient.fields("a", Arrays.asList(Double.NaN))));
    refused("half of a pair", "/t: ", () -> Json.write(BidaClient.fields("t", "\ud83d")));
    refused("an object of yours", "/o: ", () -> Json.write(BidaClient.fields("o", new Object())));
    refused("a payload that is not JSON", "", () -> Order.ofJson("yzj", "todo.create", "{"));
  }

  private static void readsStrictly() {
    for (String wrong : new String[] {"", "{", "[1,]", "{\"a\"}", "01", "1.", "\"\n\"", "\"\\x\"", "nul", "{} x", "\"\\u12\"", "--1", "."})
      refused("reading " + wrong, "", () -> Json.read(wrong));
    same("an empty object", Json.read(" { } ").toString(), "{}");
  }

  private static void verifiesCallbacks() {
    // The secret of Standard Webhooks' own example.
    CallbackVerifier verifier = new CallbackVerifier("an old secret of ours, long enough", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    byte[] body = "{\"type\":\"delivery.dead\",\"data\":{\"id\":\"d-1\",\"status\":\"dead\",\"reason\":\"rejected\"}}".getBytes(StandardCharsets.UTF_8);
    String signature = "v1,other v1,6/PoWX4AOjRwHWlqeH4JnkDRgwPLA2KC79K73pIuwbk=";
    CallbackVerifier.Callback callback = verifier.verify("msg_1", "1614265330", signature, body, 1614265330);
    same("its type", callback.type(), "delivery.dead");
    same("its delivery", callback.delivery().reason(), "rejected");
    refused("an old one", "", () -> verifier.verify("msg_1", "1614265330", signature, body, 1614265330 + 301));
    refused("another id", "", () -> verifier.verify("msg_2", "1614265330", signature, body, 1614265330));
    refused("another body", "", () -> verifier.verify("msg_1", "1614265330", signature, "{}".getBytes(StandardCharsets.UTF_8), 1614265330));
    refused("no signature", "", () -> verifier.verify("msg_1", "1614265330", null, body, 1614265330));
  }

  private static void speaksWithRedis() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      StringBuilder heard = new StringBuilder();
      Thread redis = new Thread(() -> serve(server, heard));
      redis.start();
      String url = "redis://oa:p%40ss@127.0.0.1:" + server.getLocalPort() + "/3";
      try (RedisIntake intake = new RedisIntake(url, "bida:intake")) {
        same("the entry", intake.add(Order.of("yzj", "todo.create", BidaClient.fields("t", "请")).key("k"), "bida:reply:oa"), "1-0");
        try {
          intake.add(Order.of("yzj", "todo.create", BidaClient.fields()));
          same("a refusal", "none", "OOM");
        } catch (RedisIntake.RedisRefusal refusal) {
          same("a refusal", refusal.getMessage(), "OOM no memory");
        }
      }
      redis.join();
      same("what Redis heard", heard.toString().replace("\r\n", " "),
          "*3 $4 AUTH $2 oa $4 p@ss *2 $6 SELECT $1 3 *7 $4 XADD $11 bida:intake $1 * $5 order $75 "
              + "{\"account\":\"yzj\",\"operation\":\"todo.create\",\"key\":\"k\",\"payload\":{\"t\":\"请\"}} $5 reply $13 bida:reply:oa ");
    }
  }

  /** Answers four commands, and remembers the first three. */
  private static void serve(ServerSocket server, StringBuilder heard) {
    try (Socket socket = server.accept()) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      byte[] some = new byte[65_536];
      for (String answer : new String[] {"+OK\r\n", "+OK\r\n", "$3\r\n1-0\r\n", "-OOM no memory\r\n"}) {
        int count = in.read(some);
        if (!answer.startsWith("-")) heard.append(new String(some, 0, count, StandardCharsets.UTF_8));
        out.write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (Exception failure) {
      heard.append(failure);
    }
  }

  private interface Act {
    Object run() throws Exception;
  }

  private static void refused(String what, String beginning, Act act) {
    try {
      act.run();
      same(what, "accepted", "refused");
    } catch (IllegalArgumentException | SecurityException refusal) {
      same(what, refusal.getMessage().startsWith(beginning), true);
    } catch (Exception other) {
      same(what, other, "a refusal");
    }
  }

  private static void same(String what, Object found, Object expected) {
    if (expected == null ? found == null : expected.equals(found)) return;
    failures += 1;
    System.out.println(what + ": expected " + expected + ", got " + found);
  }
}
