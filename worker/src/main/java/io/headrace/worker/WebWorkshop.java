package io.headrace.worker;

import io.headrace.client.HeadraceClient;
import io.headrace.http.JobRequest;
import io.headrace.worker.process.SpawnException;
import java.util.function.Supplier;

/**
 * Makes web requests. They need nothing that outlives a job: no folder, no process, no guardian,
 * since their connections end with this process.
 */
record WebWorkshop(WebTask task) implements Workshop, Runner {
  @Override
  public String noun() {
    return "requests";
  }

  @Override
  public Runner runner(int slot) {
    return this;
  }

  @Override
  public Link connect(Supplier<HeadraceClient> connector, WorkPlan plan) throws SpawnException {
    return Link.plain(connector, plan);
  }

  @Override
  public Run begin(Held held, Result result) {
    return switch (JobRequest.parse(held.body())) {
      case JobRequest.Reading.Usable(var job) -> WebRun.start(task, held, job, result);
      case JobRequest.Reading.Unusable(var why) -> new NoRun(held, why);
    };
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public String remark() {
    return "";
  }

  @Override
  public void look() {}

  @Override
  public void clean() {}

  @Override
  public void close() {}
}
