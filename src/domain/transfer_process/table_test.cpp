#include <gtest/gtest.h>

#include "domain/transfer_process/transfer_for_test.hpp"

/// What every event does in every state, for both roles and both directions.

using namespace kontor;
using namespace kontor::domain::transfer_process;
using namespace kontor::domain::transfer_process::testing;

namespace {

/// What can happen to a transfer process, each once; messages are new, fit the process and bring no command
/// with them.
std::vector<std::pair<std::string, Event>> all_events(Role role, Direction direction,
                                                      const TransferProcess& now) {
  const auto fresh = envelope_to(role, "fresh");
  return {{"Initiate", initiate(direction)},
          {"Start", Start{}},
          {"Suspend", Suspend{}},
          {"Resume", Resume{}},
          {"Complete", Complete{}},
          {"Terminate", Terminate{}},
          {"Wait", Wait{std::chrono::hours(1)}},
          {"decision-due", DecisionDue{}},
          {"request", RequestReceived{fresh, {}, {}, {}, {}, {}, {}, {}, {}, {}}},
          {"start+address", StartReceived{fresh, address("t-2"), {}}},
          {"start", StartReceived{fresh, {}, {}}},
          {"completion", CompletionReceived{fresh}},
          {"suspension", SuspensionReceived{fresh, {}, {}}},
          {"termination", TerminationReceived{fresh, {}}},
          {"acknowledged", Acknowledged{now.pending, {}}},
          {"stale-ack", Acknowledged{MessageId{"older"}, {}}},
          {"failed", SendFailed{now.pending, ErrorCode::peer_refused, "refused"}},
          {"stale-fail", SendFailed{MessageId{"older"}, ErrorCode::peer_refused, "refused"}},
          {"flow-pending", FlowPending{"dp-2"}},
          {"flow-prepared", FlowPrepared{"dp", address()}},
          {"flow-started", FlowStarted{"dp", address()}},
          {"flow-suspended", FlowSuspended{}},
          {"flow-resumed", FlowResumed{address("t-3")}},
          {"flow-ended", FlowTerminated{}},
          {"flow-complete", FlowCompleted{}},
          {"flow-errored", FlowErrored{"hm"}},
          {"flow-failed", FlowFailed{"no"}},
          {"flow-untold", FlowUntold{false, "no"}},
          {"overdue", AddressOverdue{}},
          {"policy-due", PolicyDue{}},
          {"policy-good", PolicyJudged{}},
          {"policy-denies", PolicyJudged{{{"not any more", {}}}}},
          {"policy-unknown", PolicyUnknown{"no list"}},
          {"renew", RenewAccess{}},
          {"renewed", AccessRenewed{"r-1", renewable("t-4", "r-2")}},
          {"not-renewed", AccessNotRenewed{"r-1", "no"}}};
}

constexpr std::string_view codes[] = {"INI", "PRE", "RQG", "RQD", "STG", "SUR", "STD", "SPG", "SPR", "SPD",
                                      "RSG", "RSR", "RSD", "COG", "COR", "COD", "TEG", "TER", "TED"};

/// One cell: the next state, `*` behind it when something is sent or signalled; `.` for no change, `-` for an
/// illegal transition, `!` for a conflict.
std::string outcome(const TransferProcess& before, const Event& event) {
  auto decision = decide(&before, event, start);
  if (!decision) return decision.error().code == ErrorCode::conflict ? "!" : "-";
  if (decision->next.state == before.state && decision->effects.empty() && decision->happened.empty())
    return ".";
  return std::string(codes[static_cast<std::size_t>(decision->next.state)]) +
         (decision->effects.empty() ? "" : "*");
}

/// A row an event, a column a state in the order of `codes`.
std::string table_of(Role role, Direction direction) {
  std::string table;
  const auto names = all_events(role, direction, process(role, direction, State::initial));
  for (std::size_t i = 0; i < names.size(); ++i) {
    table += fmt::format("{:<14}", names[i].first);
    for (const auto& row : state_names.rows) {
      auto before = process(role, direction, row.first);
      before.waiting = Waiting{start, true};
      table += fmt::format(" {:<4}", outcome(before, all_events(role, direction, before)[i].second));
    }
    while (table.back() == ' ') table.pop_back();
    table += "\n";
  }
  return table;
}

constexpr std::string_view header =
    "               INI  PRE  RQG  RQD  STG  SUR  STD  SPG  SPR  SPD  RSG  RSR  RSD  COG  COR  COD  TEG  TER "
    " TED\n";

constexpr std::string_view consumer_pull = R"(
Initiate       !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !
Start          -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
Suspend        -    -    -    -    -    SPG* SPG* -    -    -    -    -    SPG* -    -    -    -    -    -
Resume         -    -    -    -    -    -    -    -    -    RSR* -    -    -    -    -    -    -    -    -
Complete       -    -    -    -    -    COG* COG* -    -    -    -    -    COG* -    -    -    -    -    -
Terminate      TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* -    -    -    .    .    -
Wait           .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
decision-due   .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
request        -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
start+address  -    -    SUR* SUR* -    .    .    RSG* RSG* RSG* -    RSG* RSG* -    -    -    -    -    -
start          -    -    SUR* SUR* -    .    .    RSG* RSG* RSG* -    RSG* -    -    -    -    -    -    -
completion     -    -    -    -    COR* COR* COR* COR* -    -    -    COR* COR* COD  -    -    -    -    -
suspension     -    -    -    -    SPR* SPR* SPR* SPD  -    -    -    SPR* SPR* -    -    -    -    -    -
termination    TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* -    -    TED  -    -
acknowledged   .    .    RQD  .    STD  .    .    SPD  .    .    .    RSD  .    COD  .    .    TED  .    .
stale-ack      .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
failed         .    .    TEG* .    TEG* .    .    TEG* .    .    .    TEG* .    TEG* .    .    TED  .    .
stale-fail     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-pending   PRE  .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-prepared  RQG* RQG* .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-started   .    .    .    .    .    STD  .    .    .    .    .    .    .    .    .    .    .    .    .
flow-suspended .    .    .    .    .    .    .    .    SPD  .    .    .    .    .    .    .    .    .    .
flow-resumed   .    .    .    .    .    .    .    .    .    .    STD  .    .    .    .    .    .    .    .
flow-ended     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    TED  .
flow-complete  -    -    -    -    COG* COG* COG* -    -    -    -    -    COG* .    COD  .    .    .    .
flow-errored   INI  PRE  RQG  RQD  STG  SUR  STD  SPG  SPR  SPD  RSG  RSR  RSD  COG  COR  .    TEG  TER  .
flow-failed    TEG* TEG* .    .    .    TEG* .    TEG* TEG* .    TEG* .    .    .    COD  .    .    TED  .
flow-untold    TEG* TEG* .    .    .    TEG* .    TEG* TEG* .    TEG* .    .    COG* COD* COD* TEG* TED* TED*
overdue        .    .    .    .    .    .    .    .    .    .    .    .    RSG* .    .    .    .    .    .
policy-due     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
policy-good    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
policy-denies  TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* .    .    .    .    .    .
policy-unknown .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
renew          -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
renewed        .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
not-renewed    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
)";

constexpr std::string_view provider_pull = R"(
Initiate       !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !
Start          -    -    -    SUR* -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
Suspend        -    -    -    -    -    -    SPG* -    -    -    -    -    SPG* -    -    -    -    -    -
Resume         -    -    -    -    -    -    -    -    -    RSG* -    -    -    -    -    -    -    -    -
Complete       -    -    -    -    -    -    COG* -    -    -    -    -    COG* -    -    -    -    -    -
Terminate      TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* -    -    -    .    .    -
Wait           .    .    .    RQD  .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
decision-due   .    .    .    SUR* .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
request        .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
start+address  -    -    -    -    -    -    -    RSG* RSG* RSG* RSG  RSG* RSG* -    -    -    -    -    -
start          -    -    -    -    -    -    -    RSG* RSG* RSG* RSG  RSG* -    -    -    -    -    -    -
completion     -    -    -    -    COR* -    COR* COR* -    -    -    COR* COR* COD  -    -    -    -    -
suspension     -    -    -    -    SPR* -    SPR* SPD  -    -    -    SPR* SPR* -    -    -    -    -    -
termination    TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* -    -    TED  -    -
acknowledged   .    .    RQD  .    STD  .    .    SPD  .    .    .    RSD  .    COD  .    .    TED  .    .
stale-ack      .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
failed         .    .    TEG* .    TEG* .    .    TEG* .    .    .    TEG* .    TEG* .    .    TED  .    .
stale-fail     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-pending   .    .    .    .    .    SUR  .    .    .    .    .    .    .    .    .    .    .    .    .
flow-prepared  RQG* RQG* .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-started   .    .    .    .    .    STG* .    .    .    .    .    .    .    .    .    .    .    .    .
flow-suspended .    .    .    .    .    .    .    .    SPD  .    .    .    .    .    .    .    .    .    .
flow-resumed   .    .    .    .    .    .    .    .    .    .    RSG* .    .    .    .    .    .    .    .
flow-ended     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    TED  .
flow-complete  -    -    -    -    COG* -    COG* -    -    -    -    -    COG* .    COD  .    .    .    .
flow-errored   INI  PRE  RQG  RQD  STG  SUR  STD  SPG  SPR  SPD  RSG  RSR  RSD  COG  COR  .    TEG  TER  .
flow-failed    TEG* TEG* .    .    .    TEG* .    TEG* TEG* .    TEG* .    .    .    COD  .    .    TED  .
flow-untold    TEG* TEG* .    .    .    TEG* .    TEG* TEG* .    TEG* .    .    COG* COD* COD* TEG* TED* TED*
overdue        .    .    .    .    .    .    .    .    .    .    .    .    RSG* .    .    .    .    .    .
policy-due     INI* PRE* RQG* RQD* STG* SUR* STD* SPG* SPR* SPD* RSG* RSR* RSD* .    .    .    .    .    .
policy-good    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
policy-denies  TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* .    .    .    .    .    .
policy-unknown INI  PRE  RQG  RQD  STG  SUR  STD  SPG  SPR  SPD  RSG  RSR  RSD  .    .    .    .    .    .
renew          -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
renewed        .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
not-renewed    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
)";

constexpr std::string_view consumer_push = R"(
Initiate       !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !
Start          -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
Suspend        -    -    -    -    -    SPG* SPG* -    -    -    -    -    SPG* -    -    -    -    -    -
Resume         -    -    -    -    -    -    -    -    -    RSG* -    -    -    -    -    -    -    -    -
Complete       -    -    -    -    -    COG* COG* -    -    -    -    -    COG* -    -    -    -    -    -
Terminate      TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* -    -    -    .    .    -
Wait           .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
decision-due   .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
request        -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
start+address  -    -    SUR* SUR* -    .    .    RSG* RSG* RSG* RSG  RSG* RSG* -    -    -    -    -    -
start          -    -    SUR* SUR* -    .    .    RSG* RSG* RSG* RSG  RSG* -    -    -    -    -    -    -
completion     -    -    -    -    COR* COR* COR* COR* -    -    -    COR* COR* COD  -    -    -    -    -
suspension     -    -    -    -    SPR* SPR* SPR* SPD  -    -    -    SPR* SPR* -    -    -    -    -    -
termination    TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* -    -    TED  -    -
acknowledged   .    .    RQD  .    STD  .    .    SPD  .    .    .    RSD  .    COD  .    .    TED  .    .
stale-ack      .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
failed         .    .    TEG* .    TEG* .    .    TEG* .    .    .    TEG* .    TEG* .    .    TED  .    .
stale-fail     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-pending   PRE  .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-prepared  RQG* RQG* .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-started   .    .    .    .    .    STD  .    .    .    .    .    .    .    .    .    .    .    .    .
flow-suspended .    .    .    .    .    .    .    .    SPD  .    .    .    .    .    .    .    .    .    .
flow-resumed   .    .    .    .    .    .    .    .    .    .    RSG* .    .    .    .    .    .    .    .
flow-ended     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    TED  .
flow-complete  -    -    -    -    COG* COG* COG* -    -    -    -    -    COG* .    COD  .    .    .    .
flow-errored   INI  PRE  RQG  RQD  STG  SUR  STD  SPG  SPR  SPD  RSG  RSR  RSD  COG  COR  .    TEG  TER  .
flow-failed    TEG* TEG* .    .    .    TEG* .    TEG* TEG* .    TEG* .    .    .    COD  .    .    TED  .
flow-untold    TEG* TEG* .    .    .    TEG* .    TEG* TEG* .    TEG* .    .    COG* COD* COD* TEG* TED* TED*
overdue        .    .    .    .    .    .    .    .    .    .    .    .    RSG* .    .    .    .    .    .
policy-due     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
policy-good    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
policy-denies  TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* .    .    .    .    .    .
policy-unknown .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
renew          -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
renewed        .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
not-renewed    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
)";

constexpr std::string_view provider_push = R"(
Initiate       !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !    !
Start          -    -    -    SUR* -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
Suspend        -    -    -    -    -    -    SPG* -    -    -    -    -    SPG* -    -    -    -    -    -
Resume         -    -    -    -    -    -    -    -    -    RSR* -    -    -    -    -    -    -    -    -
Complete       -    -    -    -    -    -    COG* -    -    -    -    -    COG* -    -    -    -    -    -
Terminate      TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* -    -    -    .    .    -
Wait           .    .    .    RQD  .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
decision-due   .    .    .    SUR* .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
request        .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
start+address  -    -    -    -    -    -    -    RSG* RSG* RSG* -    RSG* RSG* -    -    -    -    -    -
start          -    -    -    -    -    -    -    RSG* RSG* RSG* -    RSG* -    -    -    -    -    -    -
completion     -    -    -    -    COR* -    COR* COR* -    -    -    COR* COR* COD  -    -    -    -    -
suspension     -    -    -    -    SPR* -    SPR* SPD  -    -    -    SPR* SPR* -    -    -    -    -    -
termination    TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* TER* -    -    TED  -    -
acknowledged   .    .    RQD  .    STD  .    .    SPD  .    .    .    RSD  .    COD  .    .    TED  .    .
stale-ack      .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
failed         .    .    TEG* .    TEG* .    .    TEG* .    .    .    TEG* .    TEG* .    .    TED  .    .
stale-fail     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-pending   .    .    .    .    .    SUR  .    .    .    .    .    .    .    .    .    .    .    .    .
flow-prepared  RQG* RQG* .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
flow-started   .    .    .    .    .    STG* .    .    .    .    .    .    .    .    .    .    .    .    .
flow-suspended .    .    .    .    .    .    .    .    SPD  .    .    .    .    .    .    .    .    .    .
flow-resumed   .    .    .    .    .    .    .    .    .    .    STD  .    .    .    .    .    .    .    .
flow-ended     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    TED  .
flow-complete  -    -    -    -    COG* COG* COG* -    -    -    -    -    COG* .    COD  .    .    .    .
flow-errored   INI  PRE  RQG  RQD  STG  SUR  STD  SPG  SPR  SPD  RSG  RSR  RSD  COG  COR  .    TEG  TER  .
flow-failed    TEG* TEG* .    .    .    TEG* .    TEG* TEG* .    TEG* .    .    .    COD  .    .    TED  .
flow-untold    TEG* TEG* .    .    .    TEG* .    TEG* TEG* .    TEG* .    .    COG* COD* COD* TEG* TED* TED*
overdue        .    .    .    .    .    .    .    .    .    .    .    .    RSG* .    .    .    .    .    .
policy-due     INI* PRE* RQG* RQD* STG* SUR* STD* SPG* SPR* SPD* RSG* RSR* RSD* .    .    .    .    .    .
policy-good    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
policy-denies  TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* TEG* .    .    .    .    .    .
policy-unknown INI  PRE  RQG  RQD  STG  SUR  STD  SPG  SPR  SPD  RSG  RSR  RSD  .    .    .    .    .    .
renew          -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -    -
renewed        .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
not-renewed    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
)";

}  // namespace

TEST(TransferProcessTable, of_the_consumer_of_a_pull) {
  EXPECT_EQ("\n" + table_of(Role::consumer, Direction::pull), consumer_pull) << header;
}

TEST(TransferProcessTable, of_the_provider_of_a_pull) {
  EXPECT_EQ("\n" + table_of(Role::provider, Direction::pull), provider_pull) << header;
}

TEST(TransferProcessTable, of_the_consumer_of_a_push) {
  EXPECT_EQ("\n" + table_of(Role::consumer, Direction::push), consumer_push) << header;
}

TEST(TransferProcessTable, of_the_provider_of_a_push) {
  EXPECT_EQ("\n" + table_of(Role::provider, Direction::push), provider_push) << header;
}
