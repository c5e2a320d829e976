#include "dataplane/sdk/host.hpp"

#include <algorithm>

#include "base/text/encoding.hpp"
#include "dataplane/sdk/running.hpp"

namespace kontor::dataplane::sdk {

Host::Host(Settings settings, const kontor_handlers& handlers)
    : settings_(std::move(settings)), handlers_(handlers) {}
Host::~Host() = default;

Result<void> Host::run() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ran_, true)) return fail(ErrorCode::conflict, "a plane runs once");
  }
  Result<void> outcome;
  loop_.run(serve(outcome));
  return outcome;
}

Task<void> Host::serve(Result<void>& outcome) {
  Running running(*this, loop_.executor());
  outcome = co_await begin(running);
  if (outcome) {
    open(running);
    co_await stop_.wait(loop_.executor(), *running.clock);
  }
  close();
  co_await running.end();
}

Task<Result<void>> Host::begin(Running& running) {
  auto opened = co_await running.open_folder(settings_);
  if (!opened) co_return fail(std::move(opened.error()));
  auto listening = running.listen(settings_);
  if (!listening) co_return fail(std::move(listening.error()));
  auto assembled = co_await running.assemble(settings_, handlers_, reports_);
  if (!assembled) co_return fail(std::move(assembled.error()));
  reports_->open([this, &running](Report report) {
    loop_.post([&running, report = std::move(report)] { running.scope.spawn(running.take(report)); });
  });
  auto recovered = co_await running.recover(ContextId(settings_.context));
  if (!recovered) co_return fail(std::move(recovered.error()));
  co_return co_await running.engine->start();
}

void Host::open(Running& running) {
  const auto url = running.base_url + "/api/v1/" + text::percent_encode(settings_.context);
  std::vector<Registration> waiting;
  {
    const std::lock_guard lock(mutex_);
    running.is_ready = true;
    url_ = url;
    running_ = &running;
    waiting = std::exchange(registrations_, {});
  }
  running.log.info("serving at {}", url);
  for (const auto& each : waiting) running.enroll_at(settings_, url, each);
}

/// What other threads have posted until now runs before the tasks end.
void Host::close() {
  reports_->close();
  const std::lock_guard lock(mutex_);
  running_ = nullptr;
}

void Host::stop() {
  loop_.post([this] { stop_.make(); });
}

std::string_view Host::url() const {
  const std::lock_guard lock(mutex_);
  return url_;
}

Result<void> Host::register_at(Registration registration) {
  const auto& known = settings_.control_planes;
  if (std::ranges::find(known, registration.control_plane, &KnownControlPlane::id) == known.end())
    return invalid("/control_planes", "'{}' is none of the configuration's", registration.control_plane);
  const std::lock_guard lock(mutex_);
  if (!running_) {
    registrations_.push_back(std::move(registration));
    return {};
  }
  loop_.post([this, at = std::move(registration)] {
    const std::lock_guard locked(mutex_);
    if (running_) running_->enroll_at(settings_, url_, at);
  });
  return {};
}

Result<std::string> Host::admits(std::string token) {
  auto promise = std::make_shared<std::promise<Result<std::string>>>();
  auto answer = promise->get_future();
  {
    const std::lock_guard lock(mutex_);
    if (!running_) return fail(ErrorCode::unavailable, "the plane does not run");
    if (loop_.runs_here())
      return fail(ErrorCode::conflict,
                  "a handler cannot ask, nor can a log: the plane's thread would wait for itself");
    loop_.post([running = running_, token = std::move(token), promise = std::move(promise)]() mutable {
      running->scope.spawn(running->find(std::move(token), std::move(promise)));
    });
  }
  // A promise that is dropped says that the plane has stopped.
  try {
    return answer.get();
  } catch (const std::future_error&) {
    return fail(ErrorCode::unavailable, "the plane is stopping");
  }
}

}  // namespace kontor::dataplane::sdk
