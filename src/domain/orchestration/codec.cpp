#include "domain/orchestration/codec.hpp"

#include "domain/orchestration/decide.hpp"
#include "domain/orchestration/view.hpp"

namespace kontor::domain::orchestration {
namespace {

template <class E>
void read_name(json::ObjectReader& in, std::string_view key, std::string_view (*name_of)(E), E last, E& out) {
  std::string text;
  in.required(key, text);
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (name_of(static_cast<E>(i)) != text) continue;
    out = static_cast<E>(i);
    return;
  }
  if (in.ok()) in.refuse(key, "is no known name");
}

}  // namespace

Result<void> read(const json::Node& node, ActivityRun& out) {
  json::ObjectReader in(node);
  in.required("activity", out.activity)
      .required("attempts", out.attempts)
      .required("failures", out.failures)
      .optional("startedAt", out.started_at)
      .optional("endedAt", out.ended_at)
      .optional("againAt", out.again_at)
      .optional("deadline", out.deadline)
      .optional("detail", out.detail);
  read_name(in, "status", status_name, RunStatus::cancelled, out.status);
  return in.done();
}

json::Value write(const ActivityRun& run) {
  return json::ObjectWriter()
      .field("activity", run.activity)
      .field("status", status_name(run.status))
      .field("attempts", run.attempts)
      .field("failures", run.failures)
      .field("startedAt", run.started_at)
      .field("endedAt", run.ended_at)
      .field("againAt", run.again_at)
      .field("deadline", run.deadline)
      .non_empty("detail", run.detail)
      .done();
}

Result<void> read(const json::Node& node, Compensation& out) {
  json::ObjectReader in(node);
  in.required("orchestrationType", out.orchestration_type)
      .required("automatic", out.automatic)
      .required("started", out.started);
  return in.done();
}

json::Value write(const Compensation& compensation) {
  return json::ObjectWriter()
      .field("orchestrationType", compensation.orchestration_type)
      .field("automatic", compensation.automatic)
      .field("started", compensation.started)
      .done();
}

Result<void> read(const json::Node& node, Orchestration& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("correlationId", out.correlation_id)
      .required("orchestrationType", out.type)
      .required("templateRef", out.template_ref)
      .required("stateTimestamp", out.state_since)
      .required("createdTimestamp", out.created_at)
      .required("runs", out.runs)
      .optional("processingData", out.processing_data)
      .optional("outputData", out.output_data)
      .optional("compensation", out.compensation)
      .optional("errorDetail", out.error_detail)
      .optional("notifications", out.notifications)
      .optional("trace", out.trace);
  read_name(in, "status", state_name, State::cancelled, out.state);
  return in.done();
}

json::Value write(const Orchestration& orchestration) {
  return json::ObjectWriter()
      .field("id", orchestration.id)
      .field("correlationId", orchestration.correlation_id)
      .field("definitionId", orchestration.type)
      .field("orchestrationType", orchestration.type)
      .field("templateRef", orchestration.template_ref)
      .field("state", state_code(orchestration.state))
      .field("status", state_name(orchestration.state))
      .field("stateTimestamp", orchestration.state_since)
      .field("createdTimestamp", orchestration.created_at)
      .field("runs", orchestration.runs)
      .non_empty("processingData", orchestration.processing_data)
      .non_empty("outputData", orchestration.output_data)
      .field("compensation", orchestration.compensation)
      .non_empty("errorDetail", orchestration.error_detail)
      .field("notifications", orchestration.notifications)
      .non_empty("trace", orchestration.trace)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string name;
  in.required("effect", name);
  if (name == "run-activity") {
    RunActivity run;
    in.required("orchestration", run.orchestration)
        .required("activity", run.activity)
        .required("type", run.type)
        .required("attempt", run.attempt);
    out = std::move(run);
  } else if (name == "notify-finished") {
    NotifyFinished notify;
    in.required("response", notify.response);
    out = std::move(notify);
  } else if (name == "start-compensation") {
    StartCompensation start;
    in.required("manifest", start.manifest);
    out = std::move(start);
  } else if (in.ok()) {
    in.refuse("effect", "is no effect of an orchestration");
  }
  return in.done();
}

json::Value write(const Effect& effect) {
  json::ObjectWriter out;
  out.field("effect", Machine::effect_name(effect));
  if (const auto* run = std::get_if<RunActivity>(&effect)) {
    out.field("orchestration", run->orchestration)
        .field("activity", run->activity)
        .field("type", run->type)
        .field("attempt", run->attempt);
  } else if (const auto* notify = std::get_if<NotifyFinished>(&effect)) {
    out.field("response", notify->response);
  } else if (const auto* start = std::get_if<StartCompensation>(&effect)) {
    out.field("manifest", start->manifest);
  }
  return out.done();
}

}  // namespace kontor::domain::orchestration
