#include "app/conformance/conformance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/conformance/cases.hpp"
#include "app/conformance/play.hpp"
#include "app/conformance/verdict.hpp"
#include "platform/async/process.hpp"
#include "platform/http/url.hpp"
#include "protocol/dps/http_profile.hpp"
#include "protocol/dps/types.hpp"

namespace kontor::app::conformance {

namespace dps = protocol::dps;

namespace {

constexpr int all_passed = 0;
constexpr int one_failed = 1;
constexpr int misused = 2;

/// The profile that a case is played with; empty: none of those that the plane serves.
std::string profile_for(const std::string& id, const Options& options) {
  const auto wanted = id.contains("PUSH") ? dps::Direction::push : dps::Direction::pull;
  const auto fits = [&](const std::string& profile) {
    return id.contains("HTTP") ? profile == dps::http_pull_profile : dps::direction_of(profile) == wanted;
  };
  const auto found = std::ranges::find_if(options.profiles, fits);
  return found == options.profiles.end() ? std::string() : *found;
}

bool ends_by_itself(const std::string& id) {
  return id.ends_with(":03-01") && !id.starts_with("DP_C_PUSH");
}

std::string agreement_for(const std::string& id, const Options& options) {
  if (id.ends_with(":04-01")) return options.late_agreement;
  if (ends_by_itself(id)) return options.ending_agreement;
  return "agreement-" + id;
}

/// The members that nothing can be done without; more is the schemas' matter.
Result<json::Object> read(const std::string& text, std::string_view type) {
  auto value = json::parse(text);
  if (!value || !value->is_object()) {
    return wrong(fmt::format("a {} is expected, and this came: {}", type, text.substr(0, 300)));
  }
  auto& object = value->get_object();
  const bool is_status = type == "DataFlowStatusMessage" || type == "DataFlowStatusResponseMessage";
  for (const auto* member : {"dataFlowId", "state"}) {
    if (is_status && text_of(object, member).empty()) return wrong(fmt::format("no {} in {}", member, text));
  }
  if (type == "DataFlowStatusMessage" && text_of(object, "messageId").empty()) {
    return wrong("no messageId in " + text);
  }
  return std::move(object);
}

struct Count {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

void say(std::string_view verdict, const std::string& id, const std::string& why) {
  fmt::print("{:<8} {:<22} {}\n", verdict, id, why);
  std::fflush(stdout);
}

std::string joined(const std::vector<std::string>& steps) {
  return fmt::format("{}", fmt::join(steps, " "));
}

/// The line says it already.
std::string without(const std::string& id, std::string why) {
  return why.starts_with(id + " ") ? why.substr(id.size() + 1) : why;
}

Task<Count> play_all(Wire& wire, const Options& options) {
  Count count;
  for (const auto& id : all_ids()) {
    if (const auto why = reason_to_skip(id, options); !why.empty()) {
      ++count.skipped;
      say("skipped", id, "(" + why + ")");
      continue;
    }
    const auto authorization = options.token.empty() ? std::string() : "Bearer " + options.token;
    Stage stage{wire, read, options.url, authorization};
    DataPlaneCase one{id, profile_for(id, options), agreement_for(id, options), options.dataset,
                      options.participant};
    auto played = co_await play_data_plane(std::move(stage), std::move(one));
    ++(played ? count.passed : count.failed);
    say(played ? "passed" : "FAILED", id,
        played ? joined(steps_of(id)) : without(id, played.error().message()));
  }
  co_return count;
}

Task<int> play(boost::asio::any_io_executor executor, const Options& options) {
  const auto clock = platform::async::system_clock(executor);
  const auto random = platform::async::system_random();
  platform::async::Scope scope(executor);
  Wire wire(scope, *clock, *random);
  if (const auto listening = wire.listen(static_cast<int>(options.port)); !listening) {
    fmt::print(stderr, "{}\n", listening.error().message());
    co_await scope.close();
    co_return misused;
  }
  fmt::print("We are the control plane at {}: the plane's callbacks go there.\n\n", wire.address());
  const auto count = co_await play_all(wire, options);
  co_await wire.stop();
  co_await scope.close();
  fmt::print("\n{} passed, {} failed, {} skipped\n", count.passed, count.failed, count.skipped);
  co_return count.failed == 0 ? all_passed : one_failed;
}

}  // namespace

std::string reason_to_skip(const std::string& id, const Options& options) {
  const bool of_consumer = id.starts_with("DP_C_");
  if (options.side == "provider" && of_consumer) return "the consumer's side; --side provider";
  if (options.side == "consumer" && !of_consumer) return "the provider's side; --side consumer";
  if (profile_for(id, options).empty()) {
    if (id.contains("HTTP")) return fmt::format("needs --profile {}", dps::http_pull_profile);
    return fmt::format("needs a --profile that ends with -{}", id.contains("PUSH") ? "push" : "pull");
  }
  if (id.starts_with("DP_P_HTTP") && !options.renewal) return "tokens that expire are tried with --renewal";
  if (id.ends_with(":04-01") && options.late_agreement.empty()) {
    return "needs a plane that answers later under an agreement; --late-agreement";
  }
  if (ends_by_itself(id) && options.ending_agreement.empty()) {
    return "needs a plane that ends a flow by itself under an agreement; --ending-agreement";
  }
  return {};
}

int check_data_plane(Options options) {
  for (const auto& profile : options.profiles) {
    if (dps::direction_of(profile)) continue;
    fmt::print(stderr, "--profile {}: must end with -push or -pull\n", profile);
    return misused;
  }
  if (options.profiles.empty()) {
    fmt::print(stderr, "--profile is needed: which transfer profiles does the plane serve?\n");
    return misused;
  }
  if (auto url = platform::http::parse_url(options.url); !url) {
    fmt::print(stderr, "{}: {}\n", options.url, url.error().message());
    return misused;
  }
  while (options.url.ends_with('/')) options.url.pop_back();
  if (options.url.ends_with("/dataflows")) options.url.resize(options.url.size() - 10);
  if (!options.context.empty()) options.url += "/api/v1/" + options.context;
  return platform::async::run_process(
      [&](boost::asio::any_io_executor executor) { return play(executor, options); },
      [] { std::_Exit(130); });
}

}  // namespace kontor::app::conformance
