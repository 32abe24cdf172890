package io.headrace.queue;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Object2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** All tubes, by name and by slot. */
final class Tubes {
  private final JobTable jobs;
  private final SnapshotGuard guard;
  private final Policies policies;
  private final Object2ObjectHashMap<TubeName, Tube> byName = new Object2ObjectHashMap<>();
  private final Slots<Tube> slots = new Slots<>();

  /** In the order in which beanstalkd lists them: the last takes the place of one that goes. */
  private final List<Tube> list = new ArrayList<>();

  private long created;

  Tubes(JobTable jobs, SnapshotGuard guard, Policies policies) {
    this.jobs = jobs;
    this.guard = guard;
    this.policies = policies;
  }

  int size() {
    return list.size();
  }

  Tube get(int index) {
    return list.get(index);
  }

  boolean isTaken(int slot) {
    return slots.isTaken(slot);
  }

  Tube at(int slot) {
    return slots.get(slot);
  }

  /** The tube {@code default}, which always exists. */
  Tube byDefault() {
    var tube = byName.get(TubeName.DEFAULT);
    if (tube == null) {
      throw new AssertionError("there is a default tube");
    }
    return tube;
  }

  @Nullable Tube find(TubeName name) {
    return byName.get(name);
  }

  /** Number of tubes ever created. */
  long created() {
    return created;
  }

  void created(long count) {
    created = count;
  }

  /** One more than the highest slot that is taken. */
  int slotLimit() {
    return slots.limit();
  }

  Tube create(TubeName name) {
    var tube = insert(name, slots.free(), created++);
    tube.listPlace(list.size());
    list.add(tube);
    return tube;
  }

  /** Adds a tube that has no place in the list yet. */
  Tube insert(TubeName name, int slot, long ordinal) {
    var tube = new Tube(name, slot, ordinal, jobs, guard, policies);
    slots.set(slot, tube);
    byName.put(name, tube);
    return tube;
  }

  /** Lists the tubes that were inserted, each at its place. */
  void list(List<Tube> inOrder) {
    list.addAll(inOrder);
  }

  void remove(Tube tube) {
    guard.beforeChange(tube);
    byName.remove(tube.name);
    slots.clear(tube.slot);
    var last = list.removeLast();
    if (last != tube) {
      list.set(tube.listPlace(), last);
      last.listPlace(tube.listPlace());
    }
  }
}
