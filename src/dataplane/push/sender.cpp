#include "dataplane/push/sender.hpp"

#include <algorithm>
#include <vector>

#include "base/crypto/hash.hpp"
#include "base/crypto/running_hash.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/failure.hpp"

namespace kontor::dataplane::push {

namespace async = platform::async;
namespace flows = domain::data_flow;
namespace pushes = domain::push;

namespace {

/// Parts up to this size are sent with their digest in front.
constexpr std::uint64_t digest_ahead_bytes = 64 * 1024;

/// A part on its way, for as long as its flow and its plane let it.
class OutgoingBody final : public web::BodyStream {
 public:
  OutgoingBody(std::shared_ptr<web::BodyStream> body, std::shared_ptr<const bool> over,
               const replicas::Replicas& replicas)
      : body_(std::move(body)), over_(std::move(over)), replicas_(replicas) {}

  Task<Result<std::string>> read() override {
    auto piece = co_await body_->read();
    if (*over_) co_return fail(ErrorCode::cancelled, "the flow was stopped");
    if (auto may = replicas_.may_serve(); !may)
      co_return fail_as(ErrorCode::cancelled, std::move(may.error()), "the plane serves nobody");
    if (!piece) co_return piece;
    hash_.add(*piece);
    bytes_ += piece->size();
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override { return body_->length_bytes(); }

  pushes::SentPart sent(std::string name) { return {std::move(name), bytes_, hash_.hex()}; }

 private:
  std::shared_ptr<web::BodyStream> body_;
  std::shared_ptr<const bool> over_;
  const replicas::Replicas& replicas_;
  crypto::RunningSha256 hash_;
  std::uint64_t bytes_ = 0;
};

/// Another answer is possible next time. Whatever was wrong here, a token that is refused stays refused.
bool may_pass(const Error& error) {
  return error.row().retry == Retry::later && error.code != ErrorCode::cancelled;
}

bool moves(const flows::DataFlow& flow) {
  return flow.state == flows::State::started && flow.source && flow.counter_address;
}

}  // namespace

struct Sender::Run {
  Run(ContextId of, EntityId flow_id, pushes::Round number, const Services& services)
      : context(std::move(of)),
        flow(std::move(flow_id)),
        round(number),
        scope(services.scope.executor()),
        signal(services.scope.executor(), services.engine.clock()),
        watch(services.watch.watch(context, flow)) {}

  void stop() {
    *over = true;
    signal.notify();
  }

  ContextId context;
  EntityId flow;
  pushes::Round round;
  async::Scope scope;
  async::Signal signal;
  std::shared_ptr<Watch> watch;
  std::shared_ptr<bool> over = std::make_shared<bool>(false);
  bool rests = false;  ///< it was stopped by its flow

  Destination destination;
  flows::SealedAddress counter_address;
  flows::DataFlow moved;  ///< the flow as it was when the run began
  std::shared_ptr<source::Source> source;
  std::vector<source::Part> parts;
  std::vector<bool> done;  ///< by the index of the part
  std::size_t next = 0;
  std::size_t workers = 0;
  std::optional<Error> failure;
};

Sender::Sender(Services services, SenderOptions options)
    : services_(services), options_(options), addresses_(services.vault) {}
Sender::~Sender() = default;

Task<Result<void>> Sender::begin(ContextId context, EntityId flow, std::string order) {
  pushes::Ordered ordered{flow, std::move(order), options_.take_over_after};
  auto applied = co_await services_.engine.apply<Machine>({std::move(context), flow}, std::move(ordered));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

Task<Result<platform::engine::Outcome<Sender::Machine>>> Sender::run(
    platform::engine::Committed<pushes::Effect> effect) {
  const auto& send = std::get<pushes::Send>(*effect);
  auto& running = runs_[{effect.call().context, send.flow}];
  if (running && running->round >= send.round) co_return platform::engine::Outcome<Machine>{};
  if (running) running->stop();
  running = std::make_shared<Run>(effect.call().context, send.flow, send.round, services_);
  running->watch->on_change = [this, run = std::weak_ptr(running)] {
    if (auto held = run.lock(); held && !*held->over) held->scope.spawn(review(std::move(held)));
  };
  services_.scope.spawn(supervise(running));
  co_return platform::engine::Outcome<Machine>{};
}

/// From first to last, whatever ends it.
Task<void> Sender::supervise(RunPtr run) {
  auto ticket = run->signal.ticket();
  run->scope.spawn(stay_alive(run));
  run->scope.spawn(work(run));
  while (!*run->over) {
    if (!co_await run->signal.wait(ticket, async::Deadline::never())) break;
    ticket = run->signal.ticket();
  }
  run->watch->on_change = {};
  co_await run->scope.close();
  if (run->rests) {
    [[maybe_unused]] auto told = co_await report(run, pushes::Rested{run->round});
  }
  const auto mine = runs_.find({run->context, run->flow});
  if (mine != runs_.end() && mine->second == run) runs_.erase(mine);
}

Task<void> Sender::work(RunPtr run) {
  auto prepared = co_await prepare_patiently(run);
  if (!prepared && prepared.error().code == ErrorCode::cancelled) run->stop();
  if (*run->over) co_return;
  if (!prepared) {
    run->failure = std::move(prepared.error());
    co_await finish(run);
    co_return;
  }
  run->workers = std::clamp<std::size_t>(run->parts.size(), 1, options_.parallel);
  for (std::size_t i = 0; i < run->workers; ++i) run->scope.spawn(send_parts(run));
}

/// What is not there now is asked for as often as a part: what may pass is no matter of the control plane.
Task<Result<void>> Sender::prepare_patiently(RunPtr run) {
  auto delay = options_.retry_delay_min;
  for (std::uint32_t attempted = 1;; ++attempted) {
    auto prepared = co_await prepare(run);
    const bool again = !prepared && !*run->over && may_pass(prepared.error());
    if (!again || attempted >= options_.attempts_max) co_return prepared;
    auto waited = co_await services_.engine.clock().wait_until(services_.engine.clock().now() + delay);
    if (!waited) co_return waited;
    delay = std::min(delay * 2, options_.retry_delay_max);
  }
}

/// What is to be sent, and where to.
Task<Result<void>> Sender::prepare(RunPtr run) {
  auto loaded = co_await services_.engine.load<flows::Machine>(run->context, run->flow);
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto& flow = loaded->entity;
  if (!moves(flow)) {
    run->rests = true;
    run->stop();
    co_return Result<void>{};
  }
  run->counter_address = *flow.counter_address;
  auto address = co_await addresses_.open(run->context, *flow.counter_address);
  if (!address) co_return fail(std::move(address.error()), "read where to push");
  const bool https_only = options_.https_only && flow.terms.profile == dps::http_push_profile;
  auto destination = destination_of(*address, https_only);
  if (!destination) co_return fail(std::move(destination.error()));
  run->destination = std::move(*destination);
  auto where = co_await addresses_.open(run->context, *flow.source);
  if (!where) co_return fail(std::move(where.error()), "read the source of the data flow");
  auto source =
      co_await services_.sources.open(source::reader_of(run->context, flow.terms), std::move(*where));
  if (!source) co_return fail(std::move(source.error()), "open the source of the data flow");
  run->source = std::move(*source);
  const auto deadline = async::Deadline::after(services_.engine.clock(), options_.source_timeout);
  auto parts = co_await run->source->parts(deadline);
  if (!parts) co_return fail(std::move(parts.error()), "list the source of the data flow");
  auto push = co_await services_.engine.load<Machine>(run->context, run->flow);
  if (!push) co_return fail(std::move(push.error()));
  run->moved = std::move(flow);
  run->parts = std::move(*parts);
  for (const auto& part : run->parts) run->done.push_back(pushes::is_acknowledged(push->entity, part.name));
  co_return Result<void>{};
}

Task<void> Sender::send_parts(RunPtr run) {
  while (!*run->over && !run->failure && run->next < run->parts.size()) {
    const auto index = run->next++;
    if (run->done[index]) continue;
    auto sent = co_await send(run, run->parts[index]);
    // What cannot be kept is sent anew by whoever takes the push up.
    bool kept = false;
    if (sent) kept = co_await acknowledge(run, index, std::move(*sent));
    const bool failed = !sent && sent.error().code != ErrorCode::cancelled;
    if (!kept && !failed) run->stop();
    if (failed && !run->failure) run->failure = std::move(sent.error());
  }
  if (--run->workers > 0 || *run->over) co_return;
  co_await finish(run);
}

/// One part, as often as it may pass.
Task<Result<pushes::SentPart>> Sender::send(RunPtr run, source::Part part) {
  auto delay = options_.retry_delay_min;
  for (std::uint32_t attempted = 1;; ++attempted) {
    auto sent = co_await attempt(run, part);
    if (sent || *run->over || !may_pass(sent.error()) || attempted >= options_.attempts_max) co_return sent;
    const auto waited = co_await services_.engine.clock().wait_until(services_.engine.clock().now() + delay);
    if (!waited) co_return fail(waited.error());
    delay = std::min(delay * 2, options_.retry_delay_max);
  }
}

Task<Result<pushes::SentPart>> Sender::attempt(RunPtr run, source::Part part) {
  if (auto may = services_.replicas.may_serve(); !may)
    co_return fail_as(ErrorCode::cancelled, std::move(may.error()), "the plane serves nobody");
  const auto name = part.name;
  const auto size = part.size_bytes;
  part.version.clear();  // what is there now is sent, under its own digest
  auto permit = co_await services_.usage.admit(run->moved, {{}, run->destination.access.endpoint},
                                               usage::Begins::by_itself);
  if (!permit) co_return fail(std::move(permit.error()));
  auto request = request_for(run->destination, name, part.media_type);
  const auto& clock = services_.engine.clock();
  auto opened =
      co_await run->source->open(std::move(part), 0, async::Deadline::after(clock, options_.source_timeout));
  if (!opened) co_return fail(std::move(opened.error()), "read a part");
  auto counted =
      usage::Usage::counted(std::move(*permit), web::Body{.text = {}, .stream = std::move(*opened)});
  auto body = std::make_shared<OutgoingBody>(std::move(counted.stream), run->over, services_.replicas);
  std::optional<pushes::SentPart> sent;
  if (size && *size <= digest_ahead_bytes) {
    auto text = co_await web::Body{.text = {}, .stream = body}.collect(digest_ahead_bytes);
    if (!text) co_return fail(std::move(text.error()), "read a part");
    request.body.text = std::move(*text);
    sent = body->sent(name);
    request.headers.set("Repr-Digest", digest_field(sent->sha256));
  } else {
    request.body.stream = body;
  }
  const auto timeout = request.body.stream ? options_.part_timeout : options_.stall_timeout;
  auto response =
      co_await services_.client.send(std::move(request), {.deadline = async::Deadline::after(clock, timeout),
                                                          .trust = web::Trust::foreign,
                                                          .body_bytes_max = 64 * 1024,
                                                          .stall_timeout = options_.stall_timeout});
  if (!response) co_return fail(std::move(response.error()), "send a part");
  if (response->status < 200 || response->status >= 300) {
    co_return fail(web::failure_of(response->status), "whoever receives the push answered {}",
                   response->status);
  }
  if (!sent) sent = body->sent(name);
  const auto kept = digest_in(response->headers);
  if (kept && *kept && **kept != sent->sha256)
    co_return fail(ErrorCode::peer_unavailable,
                   "whoever receives the push keeps something else than was sent");
  co_return std::move(*sent);
}

Task<bool> Sender::acknowledge(RunPtr run, std::size_t index, pushes::SentPart part) {
  run->done[index] = true;
  const auto first_open = std::ranges::find(run->done, false) - run->done.begin();
  std::optional<std::string> through;
  if (first_open > 0) through = run->parts[static_cast<std::size_t>(first_open - 1)].name;
  const auto bytes = part.bytes;
  auto kept = co_await report(run, pushes::Acknowledged{run->round, std::move(part), std::move(through)});
  if (!kept) co_return false;
  auto counted = co_await services_.engine.apply<flows::Machine>(
      {run->context, run->flow},
      flows::Counted{.report_id = {}, .more = {.requests = 1, .sent_bytes = bytes}});
  co_return counted.has_value();
}

/// The flow is told first: a process that dies in between tells it again.
Task<void> Sender::finish(RunPtr run) {
  flows::Event outcome = flows::Finished{};
  pushes::Event end = pushes::Rested{run->round};
  if (run->failure) {
    outcome = flows::Failed{run->failure->message()};
    end = pushes::Broken{run->round, run->failure->message()};
  }
  run->watch->on_change = {};
  auto told = co_await services_.engine.apply<flows::Machine>({run->context, run->flow}, std::move(outcome));
  // What could not be kept is decided anew by whoever takes the push up.
  if (told) {
    [[maybe_unused]] auto kept = co_await report(run, std::move(end));
  }
  run->stop();
}

Task<void> Sender::stay_alive(RunPtr run) {
  auto& clock = services_.engine.clock();
  while (!*run->over) {
    const auto waited = co_await clock.wait_until(clock.now() + options_.take_over_after / 3);
    if (!waited) co_return;
    auto heard = co_await report(run, pushes::Alive{run->round});
    if (!heard && heard.error().code == ErrorCode::conflict) run->stop();
  }
}

/// The flow was changed: whether it lets this run go on.
Task<void> Sender::review(RunPtr run) {
  auto loaded = co_await services_.engine.load<flows::Machine>(run->context, run->flow);
  const bool gone = !loaded && loaded.error().code == ErrorCode::not_found;
  if (*run->over || (!loaded && !gone)) co_return;
  const bool same = !run->source || (loaded && loaded->entity.counter_address == run->counter_address);
  if (!gone && moves(loaded->entity) && same) co_return;
  run->rests = true;
  run->stop();
}

Task<Result<void>> Sender::report(RunPtr run, pushes::Event event) {
  auto applied = co_await services_.engine.apply<Machine>({run->context, run->flow}, std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

}  // namespace kontor::dataplane::push
