package io.headrace.cli;

import java.lang.reflect.Proxy;

/**
 * What the process does when it is told something by signal(7). The only way the JDK has is {@code
 * sun.misc.Signal}, and javac warns of that name without a way to say that it is meant: hence by
 * reflection.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} on a thread of its own at this signal.
   *
   * @param name without SIG: TERM, INT, USR1
   */
  static void on(Runnable action, String name) {
    try {
      var signal = Class.forName("sun.misc.Signal");
      var handler = Class.forName("sun.misc.SignalHandler");
      var handle = signal.getMethod("handle", signal, handler);
      var reaction =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (!method.getName().equals("handle")) {
                  throw new UnsupportedOperationException(method.getName());
                }
                action.run();
                return method; // 'handle' returns nothing: this is ignored.
              });
      handle.invoke(null, signal.getConstructor(String.class).newInstance(name), reaction);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java cannot handle signals", e);
    }
  }
}
