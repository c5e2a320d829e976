#include "dataplane/usage/usage.hpp"

#include <algorithm>
#include <utility>

#include "dataplane/usage/internal/state.hpp"
#include "domain/data_flow/decide.hpp"
#include "platform/http/passing.hpp"
#include "platform/http/text_body.hpp"

namespace kontor::dataplane::usage {

using platform::engine::Command;
using platform::engine::Engine;

namespace {

constexpr std::size_t grants_max = 64;

/// Which of the flow's tokens was shown.
std::string_view grant_of(const flows::DataFlow& flow, const std::string& token_sha256) {
  for (const auto* grant : {&flow.grant, &flow.previous_grant}) {
    if (*grant && (*grant)->token_sha256 == token_sha256) return (*grant)->id.str();
  }
  return {};
}

void note_access(Meter& meter, std::string_view grant, std::string address) {
  if (std::ranges::find(meter.grants, grant) != meter.grants.end()) return;
  meter.grants.emplace_back(grant);
  if (meter.grants.size() > grants_max) meter.grants.erase(meter.grants.begin());
  meter.accesses.push_back({std::string(grant), std::move(address)});
}

}  // namespace

class Running {
 public:
  Running(std::shared_ptr<Usage::State> state, std::shared_ptr<Meter> meter)
      : state_(std::move(state)), meter_(std::move(meter)) {
    ++meter_->running;
    ++meter_->participant->running;
  }
  ~Running() {
    --meter_->running;
    --meter_->participant->running;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  std::size_t piece_max() const {
    return static_cast<std::size_t>(counts::piece_max(meter_->participant->limits));
  }
  /// Counts what is about to pass, once it may. Errors: too_many_requests, cancelled.
  Task<Result<void>> pass(Counters more) {
    auto fine = counts::may_go_on(meter_->participant->limits, meter_->standing());
    if (!fine) {
      state_->refuse(*meter_, fine.error().message());
      co_return fail(std::move(fine.error()));
    }
    const auto from = state_->pay(*meter_, more.bytes());
    state_->count(*meter_, more);
    if (from <= state_->engine.clock().now()) co_return Result<void>{};
    co_return co_await state_->engine.clock().wait_until(from);
  }
  bool has_limits() const {
    const auto limits = [](const auto& of) { return of.bytes_per_second || of.bytes_max; };
    return limits(meter_->participant->limits.each_flow) || limits(meter_->participant->limits.all_flows);
  }
  /// Counts what passes without limits.
  void passed(Counters more) { state_->count(*meter_, more); }

 private:
  std::shared_ptr<Usage::State> state_;
  std::shared_ptr<Meter> meter_;
};

namespace {

/// In which of the counters bytes are.
using Way = std::uint64_t Counters::*;

Counters counters_of(Way way, std::size_t bytes) {
  Counters counters;
  counters.*way = bytes;
  return counters;
}

class CountedBody : public web::PassingBody {
 public:
  CountedBody(Permit permit, std::shared_ptr<web::BodyStream> body, Way way)
      : permit_(std::move(permit)),
        body_(std::move(body)),
        passing_(web::as_passing(body_.get())),
        way_(way) {}

  Task<Result<std::string>> read() override {
    if (rest_.empty()) {
      auto piece = co_await body_->read();
      if (!piece || piece->empty()) co_return piece;
      rest_ = std::move(*piece);
    }
    auto piece = next_piece();
    auto passes = co_await permit_->pass(counters_of(way_, piece.size()));
    if (!passes) co_return fail(std::move(passes.error()));
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override { return body_->length_bytes(); }

  /// What has limits is cut into pieces, so it is read.
  bool can_pass() const override {
    return passing_ && rest_.empty() && !permit_->has_limits() && passing_->can_pass();
  }
  Task<Result<std::size_t>> pass(int pipe, std::size_t bytes_max) override {
    auto moved = co_await passing_->pass(pipe, bytes_max);
    if (moved) permit_->passed(counters_of(way_, *moved));
    co_return moved;
  }

 private:
  std::string next_piece() {
    const auto most = permit_->piece_max();
    if (rest_.size() <= most) return std::exchange(rest_, {});
    auto piece = rest_.substr(0, most);
    rest_.erase(0, most);
    return piece;
  }

  Permit permit_;
  std::shared_ptr<web::BodyStream> body_;
  web::PassingBody* passing_;
  Way way_;
  std::string rest_;
};

web::Body counted_as(Way way, Permit permit, web::Body body) {
  if (!body.text.empty() && permit->has_limits()) body = {.stream = web::text_body(std::move(body.text))};
  if (!body.text.empty()) permit->passed(counters_of(way, body.text.size()));
  if (body.stream)
    body.stream = std::make_shared<CountedBody>(std::move(permit), std::move(body.stream), way);
  return body;
}

}  // namespace

Usage::Usage(async::Scope& scope, Engine& engine, UsageOptions options)
    : state_(std::make_shared<State>(scope, engine, std::move(options))) {
  engine.store().on_change([weak = std::weak_ptr(state_)](const platform::store::Change& change) {
    const auto state = weak.lock();
    const bool gone = change.version == 0 && change.kind == flows::Machine::kind().name;
    if (state && gone) state->meters.erase({change.context, change.entity});
  });
}

Usage::~Usage() = default;

void Usage::start() {
  state_->scope.spawn(state_->run());
}

Task<Result<Permit>> Usage::admit(const flows::DataFlow& flow, Asker asker, Begins begins) {
  const auto state = state_;
  auto limits = co_await state->limits.of(flow.participant_context);
  if (!limits) co_return fail(std::move(limits.error()));
  auto meter = state->meter_of(flow);
  meter->participant->limits = *limits;
  if (limits->each_flow.bytes_max && !meter->stored_bytes) {
    auto read = co_await state->read_stored(meter);
    if (!read) co_return fail(std::move(read.error()));
  }
  auto fine = begins == Begins::by_itself
                  ? counts::may_go_on(*limits, meter->standing())
                  : counts::may_begin(*limits, meter->standing(), {.running = meter->participant->running});
  if (!fine) {
    state->refuse(*meter, fine.error().message());
    co_return fail(std::move(fine.error()));
  }
  note_access(*meter, grant_of(flow, asker.token_sha256), std::move(asker.address));
  state->count(*meter, {.requests = 1});
  co_return std::make_shared<Running>(state, std::move(meter));
}

web::Body Usage::counted(Permit permit, web::Body body) {
  return counted_as(&Counters::sent_bytes, std::move(permit), std::move(body));
}

web::Body Usage::received(Permit permit, web::Body body) {
  return counted_as(&Counters::received_bytes, std::move(permit), std::move(body));
}

void Usage::refused(const ContextId& context, const EntityId& flow, std::string why) {
  const auto found = state_->meters.find({context, flow});
  if (found != state_->meters.end()) state_->refuse(*found->second, std::move(why));
}

void Usage::count(const flows::DataFlow& flow, const Counters& more) {
  state_->count(*state_->meter_of(flow), more);
}

Task<Result<void>> Usage::end(ContextId context, EntityId flow) {
  const auto state = state_;
  Command command(std::move(context), std::move(flow));
  auto ended = co_await state->engine.apply<counts::Machine>(std::move(command), counts::Ended{});
  if (!ended && ended.error().code != ErrorCode::not_found) co_return fail(std::move(ended.error()));
  co_return Result<void>{};
}

Task<void> Usage::flush() {
  const auto state = state_;
  co_await state->flush();
}

LimitsInForce& Usage::limits() {
  return state_->limits;
}

Counters Usage::totals() const {
  return state_->totals;
}

}  // namespace kontor::dataplane::usage
