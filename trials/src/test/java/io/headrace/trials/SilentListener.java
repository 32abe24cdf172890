package io.headrace.trials;

import io.headrace.client.ClientException;
import io.headrace.client.ClientListener;
import io.headrace.client.ServerAddress;

/** For trials that break connections on purpose: the log hears nothing of it. */
final class SilentListener implements ClientListener {
  @Override
  public void notConnected(ServerAddress server, ClientException why) {}

  @Override
  public void lost(ServerAddress server, ClientException why) {}
}
