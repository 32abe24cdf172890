package io.headrace.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host; may take as long as it likes. */
interface Resolver {
  List<InetAddress> addresses(String host) throws UnknownHostException;
}
