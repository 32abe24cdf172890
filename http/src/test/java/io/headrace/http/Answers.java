package io.headrace.http;

import java.util.List;
import java.util.stream.Stream;

/** What servers say, well and badly, and what is to be made of each. */
final class Answers {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String FIVE = "Content-Length: 5\r\n";
  private static final String IN_CHUNKS = OK + "Transfer-Encoding: chunked\r\n\r\n";

  /** Where the body of {@link #IN_CHUNKS} begins. */
  private static final int CHUNKS_AT = 47;

  private Answers() {}

  static List<Answer> all() {
    return Stream.of(
            statusLines(), noResponses(), headers(), lengths(), noBodies(), chunks(), ends())
        .flatMap(List::stream)
        .toList();
  }

  private static Answer answer(String name, String said, String verdict, String body) {
    return new Answer(name, false, true, said, verdict, body);
  }

  private static Answer bad(String name, String said, String verdict) {
    return answer(name, said, verdict, "");
  }

  private static Answer toHead(String name, String said, String verdict) {
    return new Answer(name, true, true, said, verdict, "");
  }

  /** Ended by somebody, perhaps not by the server. */
  private static Answer cut(String name, String said, String verdict, String body) {
    return new Answer(name, false, false, said, verdict, body);
  }

  private static Answer withLine(String name, String line, String verdict) {
    return answer(name, line + "\r\n" + FIVE + "\r\nhello", verdict, "hello");
  }

  private static Answer withCode(String name, String code) {
    return bad(
        name,
        "HTTP/1.1 " + code + " OK\r\n" + FIVE + "\r\nhello",
        "malformed(the status code is '" + code + "', not 100 to 999, at byte 0)");
  }

  private static List<Answer> statusLines() {
    return List.of(
        withLine("as it should be", "HTTP/1.1 200 OK", "ok"),
        withLine("no reason", "HTTP/1.1 200 ", "ok"),
        withLine(
            "no reason, no blank", "HTTP/1.1 200", "ok-lenient(no blank behind the status code)"),
        withLine("a reason beyond ASCII", "HTTP/1.1 200 d\u00e9j\u00e0", "ok"),
        withLine(
            "a reason with an escape",
            "HTTP/1.1 200 \u001b[31m",
            "ok-lenient(a control character in the status line)"),
        withLine("small letters", "http/1.1 200 ok", "ok-lenient(HTTP is not in capitals)"),
        withLine(
            "two blanks", "HTTP/1.1  200 OK", "ok-lenient(more than one blank in the status line)"),
        withLine("a tab", "HTTP/1.1\t200 OK", "ok-lenient(more than one blank in the status line)"),
        withLine("version 1.0", "HTTP/1.0 200 OK", "ok"),
        withLine(
            "version 2.0 in words", "HTTP/2.0 200 OK", "ok-lenient(the version is 'HTTP/2.0')"),
        withLine("half a version", "HTTP/1 200 OK", "ok-lenient(the version is 'HTTP/1')"),
        withLine("a radio", "ICY 200 OK", "ok-lenient(the status line begins with ICY)"),
        withLine("status 999", "HTTP/1.1 999 No", "ok-lenient(the status is above 599)"),
        withLine(
            "blank lines before it",
            "\r\n\r\nHTTP/1.1 200 OK",
            "ok-lenient(blank lines before the status line)"),
        withLine(
            "a line feed before it",
            "\nHTTP/1.1 200 OK",
            "ok-lenient(blank lines before the status line)"),
        answer(
            "LF alone",
            "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
            "ok-lenient(lines end with LF alone)",
            "hello"),
        answer(
            "LF alone at one line",
            OK + "Content-Length: 5\n\r\nhello",
            "ok-lenient(lines end with LF alone)",
            "hello"),
        answer(
            "CR CR LF",
            "HTTP/1.1 200 OK\r\r\nContent-Length: 5\r\r\n\r\r\nhello",
            "ok-lenient(lines end with more than one CR)",
            "hello"));
  }

  private static List<Answer> noResponses() {
    return List.of(
        withCode("four digits", "2000"),
        withCode("two digits", "20"),
        withCode("status 099", "099"),
        withCode("status OK", "OK"),
        withCode("a negative status", "-200"),
        withCode("a status that goes on", "200OK"),
        bad(
            "no status",
            "HTTP/1.1\r\n" + FIVE + "\r\nhello",
            "malformed(the status line has no status code, at byte 0)"),
        bad(
            "no number as version",
            "HTTP/x.y 200 OK\r\n\r\n",
            "malformed(the version is 'HTTP/x.y', at byte 0)"),
        bad(
            "no protocol",
            "<html>hello</html>\r\n",
            "malformed(it begins with '<', not with HTTP/, at byte 0)"),
        bad(
            "nearly a protocol",
            "HTTPS/1.1 200 OK\r\n\r\n",
            "malformed(it begins with 'HTTPS', not with HTTP/, at byte 0)"),
        bad(
            "SSH",
            "SSH-2.0-OpenSSH_9.2\r\n",
            "malformed(it begins with 'S', not with HTTP/, at byte 0)"),
        bad(
            "an alert of TLS",
            "\u0015\u0003\u0001\u0000\u0002\u0002F",
            "malformed(it begins with '\\x15', not with HTTP/, at byte 0)"),
        bad(
            "a frame of HTTP/2",
            "\u0000\u0000\u0006\u0004\u0000\u0000\u0000\u0000\u0000",
            "malformed(it begins with '\\x00', not with HTTP/, at byte 0)"),
        bad(
            "a line without end",
            "HTTP/1.1 200 " + "x".repeat(70_000),
            "too-large(more than 65536 bytes of headers)"));
  }

  private static Answer withHeader(String name, String header, String note) {
    var verdict = note.isEmpty() ? "ok" : "ok-lenient(" + note + ")";
    return answer(name, OK + header + "\r\n" + FIVE + "\r\nhello", verdict, "hello");
  }

  private static List<Answer> headers() {
    return List.of(
        withHeader("a header", "Server: none", ""),
        withHeader("an empty header", "Server:", ""),
        withHeader("a header beyond ASCII", "Server: \u00fcber", ""),
        withHeader("no colon", "Server none", "a header line without a colon"),
        withHeader("no name", ": none", "a header without a name"),
        withHeader(
            "a blank before the colon", "Server : none", "a blank before the colon of a header"),
        withHeader(
            "a blank in a name",
            "My Server: none",
            "a header's name has characters that it may not have"),
        withHeader("a NUL", "Server: no\u0000ne", "a control character in a header"),
        withHeader("a CR in a header", "Server: no\rne", "a control character in a header"),
        withHeader("two lines", "Server:\r\n\tnone", "a header goes on in the next line"),
        withHeader("a first line that goes on", " none", "a header line that goes on with nothing"),
        answer("odd case", OK + "cOnTeNt-lEnGtH: 5\r\n\r\nhello", "ok", "hello"),
        answer(
            "a blank before the colon of the length",
            OK + "Content-Length : 5\r\n\r\nhello",
            "ok-lenient(a blank before the colon of a header)",
            "hello"),
        answer(
            "a length in the next line",
            OK + "Content-Length:\r\n 5\r\n\r\nhello",
            "ok-lenient(a header goes on in the next line)",
            "hello"),
        bad(
            "a length that goes on",
            OK + FIVE + " 6\r\n\r\nhello",
            "malformed(Content-Length is '5 6', at byte 40)"),
        bad(
            "huge headers",
            OK + ("Server: " + "x".repeat(990) + "\r\n").repeat(70) + "\r\n",
            "too-large(more than 65536 bytes of headers)"),
        bad(
            "many headers",
            OK + "a: b\r\n".repeat(1001) + "\r\n",
            "too-large(more than 1000 headers)"),
        answer(
            "many lines that are none",
            OK + "x\r\n".repeat(3000) + FIVE + "\r\nhello",
            "ok-lenient(a header line without a colon)",
            "hello"));
  }

  private static Answer withLength(String name, String length) {
    var header = "Content-Length: " + length + "\r\n";
    return bad(
        name,
        OK + header + "\r\nhello",
        "malformed(Content-Length is '" + length + "', at byte " + (17 + header.length()) + ")");
  }

  private static List<Answer> lengths() {
    return List.of(
        withLength("a negative length", "-5"),
        withLength("a length with a plus", "+5"),
        withLength("a length in words", "five"),
        withLength("a length in hex", "0x5"),
        withLength("a length with a point", "5.0"),
        withLength("no length", ""),
        withLength("a length of 20 digits", "55555555555555555555"),
        answer("zeros before it", OK + "Content-Length: 005\r\n\r\nhello", "ok", "hello"),
        answer("a length of 0", OK + "Content-Length: 0\r\n\r\n", "ok", ""),
        answer("no length at all", OK + "\r\nhello", "ok", "hello"),
        answer("no length at all of 1.0", "HTTP/1.0 200 OK\r\n\r\nhello", "ok", "hello"),
        answer(
            "too large a length", OK + "Content-Length: 9\r\n\r\nhello", "truncated(5/9)", "hello"),
        answer(
            "too small a length",
            OK + FIVE + "\r\nhello you",
            "ok-lenient(4 more bytes behind its end)",
            "hello"),
        answer(
            "the same length twice",
            OK + FIVE + FIVE + "\r\nhello",
            "ok-lenient(Content-Length more than once)",
            "hello"),
        answer(
            "the same length twice in a line",
            OK + "Content-Length: 5, 5\r\n\r\nhello",
            "ok-lenient(Content-Length more than once)",
            "hello"),
        bad(
            "two lengths",
            OK + FIVE + "Content-Length: 6\r\n\r\nhello",
            "malformed(Content-Length says both 5 and 6, at byte 55)"),
        bad(
            "two lengths in a line",
            OK + "Content-Length: 5, 6\r\n\r\nhello",
            "malformed(Content-Length says both 5 and 6, at byte 39)"),
        answer(
            "a length and chunks",
            OK + FIVE + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            "ok-lenient(both Content-Length and Transfer-Encoding: the latter counts)",
            "hi"));
  }

  private static List<Answer> noBodies() {
    return List.of(
        answer("status 204", "HTTP/1.1 204 No Content\r\n\r\n", "ok", ""),
        answer(
            "status 204 with a body",
            "HTTP/1.1 204 No Content\r\n" + FIVE + "\r\nhello",
            "ok-lenient(status 204 has no body, but headers that speak of one;"
                + " 5 more bytes behind its end)",
            ""),
        answer("status 304", "HTTP/1.1 304 Not Modified\r\n" + FIVE + "\r\n", "ok", ""),
        toHead("a HEAD", OK + FIVE + "\r\n", "ok"),
        toHead("a HEAD of chunks", IN_CHUNKS, "ok"),
        toHead(
            "a HEAD with a body",
            OK + FIVE + "\r\nhello",
            "ok-lenient(5 more bytes behind its end)"),
        answer(
            "status 100 before it",
            "HTTP/1.1 100 Continue\r\n\r\n" + OK + FIVE + "\r\nhello",
            "ok",
            "hello"),
        answer(
            "status 103 with headers before it",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + FIVE + "\r\nhello",
            "ok",
            "hello"),
        answer(
            "status 102 with a length",
            "HTTP/1.1 102 Processing\r\n" + FIVE + "\r\n" + OK + FIVE + "\r\nhello",
            "ok-lenient(status 102 has no body, but headers that speak of one)",
            "hello"),
        bad(
            "endless 100",
            "HTTP/1.1 100 Continue\r\n\r\n".repeat(17) + OK + FIVE + "\r\nhello",
            "malformed(more than 16 interim responses (1xx), at byte 423)"),
        bad(
            "status 101",
            "HTTP/1.1 101 Switching Protocols\r\n\r\nhello",
            "malformed(status 101 changes to a protocol that nobody asked for, at byte 34)"));
  }

  private static Answer inChunks(String name, String chunks, String note) {
    var verdict = note.isEmpty() ? "ok" : "ok-lenient(" + note + ")";
    return answer(name, IN_CHUNKS + chunks, verdict, "hello");
  }

  private static Answer withChunkLength(String name, String length) {
    return bad(
        name,
        IN_CHUNKS + length + "\r\nhello\r\n0\r\n\r\n",
        "malformed(the length of a chunk is '" + length + "', at byte " + CHUNKS_AT + ")");
  }

  private static Answer withCoding(String name, String coding, String said, String note) {
    return answer(
        name,
        OK + "Transfer-Encoding: " + coding + "\r\n\r\n" + said,
        "ok-lenient(Transfer-Encoding: " + note + ")",
        "hello");
  }

  private static List<Answer> chunks() {
    var hello = "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
    return List.of(
        inChunks("chunks", hello, ""),
        inChunks("extensions", "5;a=b; c=\"d;e\"\r\nhello\r\n0;f\r\n\r\n", ""),
        inChunks("trailers", "5\r\nhello\r\n0\r\nExpires: never\r\n\r\n", ""),
        inChunks("zeros and capitals", "00005\r\nhello\r\n000\r\n\r\n", ""),
        inChunks(
            "a blank behind the length",
            "5 \r\nhello\r\n0\r\n\r\n",
            "a blank beside the length of a chunk"),
        inChunks("chunks with LF alone", "5\nhello\n0\n\n", "lines end with LF alone"),
        inChunks("more behind the last", hello + "more", "4 more bytes behind its end"),
        inChunks(
            "no blank line at the end",
            "5\r\nhello\r\n0\r\n",
            "closed before the blank line that ends it"),
        inChunks(
            "half a trailer",
            "5\r\nhello\r\n0\r\nExp",
            "closed before the blank line that ends it"),
        withChunkLength("a chunk of 0x5", "0x5"),
        withChunkLength("a chunk of -5", "-5"),
        withChunkLength("a chunk of nothing", ""),
        withChunkLength("a chunk of a name", "five"),
        withChunkLength("a chunk of 2^64", "10000000000000000"),
        answer(
            "a chunk with a length one too large",
            IN_CHUNKS + "6\r\nhello\r\n0\r\n\r\n",
            "malformed(a chunk goes on behind its end, at byte 56)",
            "hello\r"),
        answer(
            "a chunk that is longer",
            IN_CHUNKS + "3\r\nhello\r\n0\r\n\r\n",
            "malformed(a chunk goes on behind its end, at byte 53)",
            "hel"),
        bad(
            "an endless extension",
            IN_CHUNKS + "5;" + "x".repeat(5000) + "\r\nhello\r\n0\r\n\r\n",
            "too-large(more than 4096 bytes before a chunk)"),
        answer(
            "endless trailers",
            IN_CHUNKS + "5\r\nhello\r\n0\r\n" + "a: b\r\n".repeat(20_000),
            "too-large(more than 1000 headers)",
            "hello"),
        answer("closed in a chunk", IN_CHUNKS + "5\r\nhel", "truncated(3/?)", "hel"),
        answer("closed behind a chunk", IN_CHUNKS + "5\r\nhello\r\n", "truncated(5/?)", "hello"),
        answer(
            "closed in the last length", IN_CHUNKS + "5\r\nhello\r\n0", "truncated(5/?)", "hello"),
        answer(
            "chunks of 1.0",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + hello,
            "ok-lenient(Transfer-Encoding in a response of HTTP/1.0)",
            "hello"),
        bad(
            "chunks of chunks",
            OK + "Transfer-Encoding: chunked, chunked\r\n\r\n" + hello,
            "malformed(Transfer-Encoding says chunked more than once, at byte 54)"),
        bad(
            "chunks with a parameter",
            OK + "Transfer-Encoding: chunked;q=1\r\n\r\n" + hello,
            "malformed(Transfer-Encoding says more of chunked than there is, at byte 49)"),
        withCoding("gzip in chunks", "gzip, chunked", hello, "'gzip, chunked'"),
        withCoding("gzip", "gzip", "hello", "'gzip'"),
        withCoding("chunks in gzip", "chunked, gzip", "hello", "'chunked, gzip'"),
        withCoding("identity", "identity", "hello", "identity"));
  }

  private static List<Answer> ends() {
    return List.of(
        bad("nothing", "", "early-close(first-byte)"),
        bad("a blank line alone", "\r\n", "early-close(first-byte)"),
        bad("closed in the protocol", "HTT", "early-close(status-line)"),
        bad("closed in the status line", "HTTP/1.1 200 O", "early-close(status-line)"),
        bad("closed behind the status line", OK, "early-close(headers)"),
        bad("closed in a header", OK + "Content-Le", "early-close(headers)"),
        bad("closed behind a header", OK + FIVE, "early-close(headers)"),
        bad("closed behind the headers", OK + FIVE + "\r\n", "truncated(0/5)"),
        bad("closed behind status 100", "HTTP/1.1 100 Continue\r\n\r\n", "early-close(first-byte)"),
        cut("cut, with a length", OK + FIVE + "\r\nhello", "ok", "hello"),
        cut("cut, without a length", OK + "\r\nhello", "truncated(5/?)", "hello"),
        cut("cut behind chunks", IN_CHUNKS + "5\r\nhello\r\n0\r\n\r\n", "ok", "hello"),
        cut("cut in the headers", OK + FIVE, "early-close(headers)", ""));
  }
}
