package io.headrace.server.events;

/** Whom the server tells what happens. */
public interface EventSink {
  /** Tells nobody. */
  static EventSink silent() {
    return _ -> {};
  }

  /** Takes an event to tell. Never blocks and never throws; called from any thread. */
  void tell(Event event);
}
