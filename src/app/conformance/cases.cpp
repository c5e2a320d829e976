#include "app/conformance/cases.hpp"

#include <sstream>

namespace kontor::app::conformance {
namespace {

struct Row {
  std::string_view id;
  std::string_view steps;
};

constexpr Row rows[] = {
    // Data planes that pull.
    {"DP_C_PULL:01-01", "prepare=PREPARED no-address started =STARTED"},
    {"DP_C_PULL:01-02", "prepare=PREPARED no-address started terminate =TERMINATED"},
    {"DP_C_PULL:02-01", "prepare=PREPARED no-address started suspend =SUSPENDED resume=STARTED =STARTED"},
    {"DP_C_PULL:02-02", "prepare=PREPARED started suspend =SUSPENDED terminate =TERMINATED"},
    {"DP_C_PULL:03-01", "prepare=PREPARED =PREPARED started =STARTED <completed"},
    {"DP_C_PULL:04-01", "prepare=PREPARING no-address <prepared =PREPARED"},
    {"DP_P_PULL:01-01", "start=STARTED address =STARTED completed =COMPLETED"},
    {"DP_P_PULL:01-02", "start=STARTED address =STARTED terminate =TERMINATED"},
    {"DP_P_PULL:02-01", "start=STARTED suspend =SUSPENDED resume=STARTED =STARTED"},
    {"DP_P_PULL:02-02", "start=STARTED suspend =SUSPENDED terminate =TERMINATED"},
    {"DP_P_PULL:04-01", "start=STARTING <started =STARTED"},
    // Data planes that are pushed to, and push.
    {"DP_C_PUSH:01-01", "prepare=PREPARED address started =STARTED"},
    {"DP_C_PUSH:01-02", "prepare=PREPARED address started terminate =TERMINATED"},
    {"DP_C_PUSH:02-01", "prepare=PREPARED address started suspend =SUSPENDED resume=STARTED =STARTED"},
    {"DP_C_PUSH:02-02", "prepare=PREPARED address started suspend =SUSPENDED terminate =TERMINATED"},
    {"DP_C_PUSH:03-01", "prepare=PREPARED address started =STARTED completed =COMPLETED"},
    {"DP_C_PUSH:04-01", "prepare=PREPARING <prepared =PREPARED"},
    {"DP_P_PUSH:01-01", "start=STARTED no-address =STARTED"},
    {"DP_P_PUSH:01-02", "start=STARTED no-address =STARTED terminate =TERMINATED"},
    {"DP_P_PUSH:02-01", "start=STARTED suspend =SUSPENDED resume=STARTED =STARTED"},
    {"DP_P_PUSH:02-02", "start=STARTED suspend =SUSPENDED terminate =TERMINATED"},
    {"DP_P_PUSH:03-01", "start=STARTED =STARTED <completed"},
    {"DP_P_PUSH:04-01", "start=STARTING <started =STARTED"},
    // The HTTP profile, with token renewal.
    {"DP_C_HTTP_PULL:01-01", "prepare=PREPARED no-address started:renewable =STARTED"},
    {"DP_C_HTTP_PULL:02-01", "prepare=PREPARED no-address started:not-renewable!"},
    {"DP_P_HTTP_PULL:01-01", "start=STARTED renewable-address =STARTED renew"},
    {"DP_P_HTTP_PULL:02-01", "start=STARTED renewable-address =STARTED renew:unknown-token!"},
    {"DP_P_HTTP_PULL:02-02", "start=STARTED renewable-address =STARTED renew:wrong-audience!"},
    // What the kit has no case for.
    {"RULE_PULL:unknown", "status!404 started!404 suspend!404 resume!404 terminate!404 completed!404"},
    {"RULE_PULL:repeated", "start=STARTED start=STARTED =STARTED start:other-agreement!"},
    {"RULE_PULL:ended", "start=STARTED terminate terminate suspend! resume! completed! =TERMINATED"},
    {"RULE_PULL:suspended", "start=STARTED suspend suspend completed! =SUSPENDED"},
    {"RULE_PULL:address", "start:address!400"},
    {"RULE_PUSH:no-address", "start:no-address!400"},
    {"RULE_PUSH:ended", "start=STARTED terminate suspend! resume! =TERMINATED"},
};

}  // namespace

std::vector<std::string> steps_of(std::string_view id) {
  std::vector<std::string> steps;
  for (const auto& row : rows) {
    if (row.id != id) continue;
    std::istringstream text{std::string(row.steps)};
    for (std::string step; text >> step;) steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<std::string> all_ids() {
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.emplace_back(row.id);
  return ids;
}

std::vector<std::string> kit_ids() {
  auto ids = all_ids();
  std::erase_if(ids, [](const std::string& id) { return id.starts_with("RULE"); });
  return ids;
}

}  // namespace kontor::app::conformance
