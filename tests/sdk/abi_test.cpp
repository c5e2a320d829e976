#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "dataplane/sdk/include/kontor/dataplane_sdk.h"
#include "sdk/counterpart.hpp"
#include "sdk/questions.hpp"
#include "testing/async/temporary_folder.hpp"

/// What programs that are built already rely on: a change of version 1 that breaks them has to break this.

namespace kontor::sdk_test {
namespace {

kontor_text text(std::string_view of) {
  return {of.data(), of.size()};
}

std::string_view view(kontor_text of) {
  return {of.data, of.size};
}

/// A structure of an older version, as large as it was then: what stands behind it is nobody's.
template <class T>
class Older {
 public:
  Older(T whole, std::size_t size) : bytes_(std::make_unique<unsigned char[]>(size)) {
    whole.size = static_cast<std::uint32_t>(size);
    std::memcpy(bytes_.get(), &whole, size);
  }
  const T* get() const { return reinterpret_cast<const T*>(bytes_.get()); }

 private:
  std::unique_ptr<unsigned char[]> bytes_;
};

/// A structure of a newer version, with a member that this one does not have.
template <class T>
struct Newer {
  T known;
  std::uint64_t more;
};

kontor_outcome open(void*, const kontor_flow*, kontor_answer* answer) {
  static_cast<void>(kontor_answer_address(answer, {}, text("tcp://127.0.0.1:7")));
  static_cast<void>(kontor_answer_token(answer));
  return KONTOR_DONE;
}

struct Lines {
  std::mutex mutex;
  std::string all;
};
void keep_line(void* user, kontor_text line) {
  auto& lines = *static_cast<Lines*>(user);
  const std::lock_guard guard(lines.mutex);
  lines.all += std::string(view(line)) + "\n";
}
/// The user of a log that asks the plane where it is, at each line.
struct Asking {
  kontor_plane* plane = nullptr;
  Questions questions;
};
void ask_where_it_is(void* user, kontor_text line) {
  auto& asking = *static_cast<Asking*>(user);
  asking.questions.ask(view(line),
                       [plane = asking.plane] { return std::string(view(kontor_plane_url(plane))); });
}
kontor_outcome give_no_address(void*, const kontor_flow*, kontor_answer*) {
  return KONTOR_DONE;
}
/// Results of starting a flow later: with no answer, with one that has no address, and with an address.
struct Later {
  kontor_result with_nothing = KONTOR_OK;
  std::string complaint;
  kontor_result with_token_alone = KONTOR_OK;
  kontor_result with_address = KONTOR_FAILED;
};
kontor_outcome start_later(void* user, const kontor_flow* flow, kontor_answer*) {
  auto& later = *static_cast<Later*>(user);
  auto* completion = kontor_flow_completion(flow);
  later.with_nothing = kontor_completion_started(completion, nullptr);
  later.complaint = view(kontor_last_error());
  auto* answer = kontor_answer_new();
  static_cast<void>(kontor_answer_token(answer));
  later.with_token_alone = kontor_completion_started(completion, answer);
  static_cast<void>(kontor_answer_address(answer, {}, text("tcp://127.0.0.1:7")));
  later.with_address = kontor_completion_started(completion, answer);
  kontor_answer_free(answer);
  kontor_completion_free(completion);
  return KONTOR_PENDING;
}
kontor_outcome reject(void*, const kontor_flow*, kontor_answer* answer) {
  static_cast<void>(kontor_answer_reason(answer, text("there is no such file")));
  return KONTOR_REJECT;
}

struct DataPlaneAbi : ::testing::Test {
  kontor_config config() {
    kontor_config config{};
    config.size = sizeof config;
    config.id = text("abi");
    config.folder = text(state);
    config.profiles = &profile;
    config.profile_count = 1;
    config.control_planes = &them;
    config.control_plane_count = 1;
    config.allowed_networks = &loopback;
    config.allowed_network_count = 1;
    return config;
  }
  kontor_handlers handlers() {
    kontor_handlers handlers{};
    handlers.size = sizeof handlers;
    handlers.start = open;
    return handlers;
  }
  testing::TemporaryFolder folder;
  Counterpart counterpart;
  const std::string state = (folder.path() / "plane").string();
  const std::string callbacks = counterpart.url();
  const kontor_text profile = text("Test-PULL");
  const kontor_text loopback = text("127.0.0.0/8");
  kontor_control_plane them{
      .size = sizeof them, .id = text("them"), .endpoint = text(callbacks), .token = text("secret")};
};

}  // namespace

TEST_F(DataPlaneAbi, structures_of_version_1_keep_the_places_of_their_members) {
  EXPECT_EQ(sizeof(kontor_text), 16u);
  EXPECT_EQ(offsetof(kontor_handlers, user), 8u);
  EXPECT_EQ(offsetof(kontor_handlers, prepare), 16u);
  EXPECT_EQ(offsetof(kontor_handlers, terminate), 64u);
  EXPECT_EQ(offsetof(kontor_handlers, log), 80u);
  EXPECT_GE(sizeof(kontor_handlers), 88u);
  EXPECT_EQ(offsetof(kontor_control_plane, id), 8u);
  EXPECT_EQ(offsetof(kontor_control_plane, token), 40u);
  EXPECT_EQ(offsetof(kontor_control_plane, client_secret), 88u);
  EXPECT_GE(sizeof(kontor_control_plane), 104u);
  EXPECT_EQ(offsetof(kontor_config, port), 4u);
  EXPECT_EQ(offsetof(kontor_config, flags), 6u);
  EXPECT_EQ(offsetof(kontor_config, id), 8u);
  EXPECT_EQ(offsetof(kontor_config, private_key_file), 120u);
  EXPECT_EQ(offsetof(kontor_config, profiles), 136u);
  EXPECT_EQ(offsetof(kontor_config, allowed_network_count), 192u);
  EXPECT_EQ(offsetof(kontor_config, opening_timeout_s), 204u);
  EXPECT_GE(sizeof(kontor_config), 208u);
}

TEST_F(DataPlaneAbi, numbers_of_version_1_keep_their_meaning) {
  EXPECT_EQ(KONTOR_OK, 0);
  EXPECT_EQ(KONTOR_FAILED, 5);
  EXPECT_EQ(KONTOR_REJECT, 2);
  EXPECT_EQ(KONTOR_FLOW_ID, 0);
  EXPECT_EQ(KONTOR_REASON, 14);
  EXPECT_EQ(KONTOR_RENEWABLE_ADDRESSES, 2u);
  EXPECT_EQ(kontor_sdk_version() / 10000, 1u);
  for (const auto result :
       {KONTOR_OK, KONTOR_INVALID, KONTOR_NOT_FOUND, KONTOR_CONFLICT, KONTOR_UNAVAILABLE, KONTOR_FAILED}) {
    EXPECT_FALSE(view(kontor_result_text(result)).empty()) << result;
  }
}

TEST_F(DataPlaneAbi, a_program_of_an_older_version_is_served) {
  const Older<kontor_control_plane> older_them(them, offsetof(kontor_control_plane, token_endpoint));
  auto whole = config();
  whole.control_planes = older_them.get();
  const Older<kontor_config> older_config(whole, offsetof(kontor_config, token_lifetime_s));
  const Older<kontor_handlers> older_handlers(handlers(), offsetof(kontor_handlers, recover));
  auto* plane = kontor_plane_new(older_config.get(), older_handlers.get());
  ASSERT_NE(plane, nullptr) << view(kontor_last_error());
  EXPECT_EQ(kontor_plane_register_at(plane, text("them"), text(callbacks), {}), KONTOR_OK);
  std::jthread thread([plane] { EXPECT_EQ(kontor_plane_run(plane), KONTOR_OK); });
  EXPECT_EQ(counterpart.next().target, "/dataplanes");
  counterpart.speak_to(std::string(view(kontor_plane_url(plane))), "secret");
  const auto started = counterpart.post("/dataflows/start", Counterpart::order("flow", "Test-PULL"));
  EXPECT_EQ(started.text("state"), "STARTED");
  const auto token = property(started.body, "authorization");
  char small[4];
  char flow[64];
  EXPECT_EQ(kontor_plane_admits(plane, text(token), small, sizeof small), KONTOR_INVALID);
  EXPECT_EQ(kontor_plane_admits(plane, text(token), flow, sizeof flow), KONTOR_OK);
  EXPECT_STREQ(flow, "flow");
  EXPECT_EQ(kontor_plane_stop(plane), KONTOR_OK);
  thread.join();
  kontor_plane_free(plane);
}

TEST_F(DataPlaneAbi, what_a_handler_refuses_or_gets_wrong_stands_in_the_log) {
  for (const bool refuses : {true, false}) {
    Lines lines;
    auto table = handlers();
    table.user = &lines;
    table.log = keep_line;
    table.start = refuses ? reject : give_no_address;
    const auto configured = config();
    auto* plane = kontor_plane_new(&configured, &table);
    ASSERT_NE(plane, nullptr) << view(kontor_last_error());
    EXPECT_EQ(kontor_plane_register_at(plane, text("them"), text(callbacks), {}), KONTOR_OK);
    std::jthread thread([plane] { EXPECT_EQ(kontor_plane_run(plane), KONTOR_OK); });
    EXPECT_EQ(counterpart.next().target, "/dataplanes");
    counterpart.speak_to(std::string(view(kontor_plane_url(plane))), "secret");
    const auto answer = counterpart.post("/dataflows/start", Counterpart::order("flow", "Test-PULL"));
    EXPECT_EQ(answer.status, refuses ? 400u : 500u);
    EXPECT_EQ(kontor_plane_stop(plane), KONTOR_OK);
    thread.join();
    kontor_plane_free(plane);
    EXPECT_TRUE(lines.all.contains(refuses ? "there is no such file"
                                           : "a handler of the data plane gives no address"))
        << lines.all;
  }
}

TEST_F(DataPlaneAbi, a_log_may_ask_where_the_plane_is_at_any_time) {
  Asking asking;
  auto table = handlers();
  table.user = &asking;
  table.log = ask_where_it_is;
  table.start = reject;
  const auto configured = config();
  auto* plane = asking.plane = kontor_plane_new(&configured, &table);
  ASSERT_NE(plane, nullptr) << view(kontor_last_error());
  EXPECT_EQ(kontor_plane_register_at(plane, text("them"), text(callbacks), {}), KONTOR_OK);
  std::jthread thread([plane] { EXPECT_EQ(kontor_plane_run(plane), KONTOR_OK); });
  EXPECT_EQ(counterpart.next().target, "/dataplanes");
  const std::string url(view(kontor_plane_url(plane)));
  counterpart.speak_to(url, "secret");
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", "Test-PULL")).status, 400u);
  EXPECT_EQ(kontor_plane_stop(plane), KONTOR_OK);
  thread.join();
  kontor_plane_free(plane);
  EXPECT_EQ(asking.questions.answer_at("serving at " + url), url);
  EXPECT_EQ(asking.questions.answer_at("there is no such file"), url);
}

TEST_F(DataPlaneAbi, a_pull_is_not_started_later_without_its_address) {
  Later later;
  auto table = handlers();
  table.user = &later;
  table.start = start_later;
  const auto configured = config();
  auto* plane = kontor_plane_new(&configured, &table);
  ASSERT_NE(plane, nullptr) << view(kontor_last_error());
  EXPECT_EQ(kontor_plane_register_at(plane, text("them"), text(callbacks), {}), KONTOR_OK);
  std::jthread thread([plane] { EXPECT_EQ(kontor_plane_run(plane), KONTOR_OK); });
  EXPECT_EQ(counterpart.next().target, "/dataplanes");
  counterpart.speak_to(std::string(view(kontor_plane_url(plane))), "secret");
  EXPECT_EQ(counterpart.post("/dataflows/start", Counterpart::order("flow", "Test-PULL")).status, 202u);
  EXPECT_EQ(counterpart.next().target, "/transfers/flow/dataflow/started");
  EXPECT_EQ(kontor_plane_stop(plane), KONTOR_OK);
  thread.join();
  kontor_plane_free(plane);
  EXPECT_EQ(later.with_nothing, KONTOR_INVALID);
  EXPECT_TRUE(later.complaint.contains("started without an address")) << later.complaint;
  EXPECT_EQ(later.with_token_alone, KONTOR_INVALID);
  EXPECT_EQ(later.with_address, KONTOR_OK);
}

TEST_F(DataPlaneAbi, what_a_newer_program_asks_for_is_refused_and_not_passed_over) {
  Newer<kontor_config> newer{config(), 0};
  newer.known.size = sizeof newer;
  const auto table = handlers();
  auto* plane = kontor_plane_new(&newer.known, &table);
  EXPECT_NE(plane, nullptr) << "a member that is zero asks for nothing";
  kontor_plane_free(plane);
  newer.more = 1;
  EXPECT_EQ(kontor_plane_new(&newer.known, &table), nullptr);
  EXPECT_TRUE(view(kontor_last_error()).contains("version")) << view(kontor_last_error());
  auto flagged = config();
  flagged.flags = 0x8000;
  EXPECT_EQ(kontor_plane_new(&flagged, &table), nullptr);
  EXPECT_TRUE(view(kontor_last_error()).contains("/flags")) << view(kontor_last_error());
  auto unsized = config();
  unsized.size = 0;
  EXPECT_EQ(kontor_plane_new(&unsized, &table), nullptr);
}

TEST_F(DataPlaneAbi, nothing_is_no_argument_and_no_crash) {
  EXPECT_EQ(kontor_plane_new(nullptr, nullptr), nullptr);
  EXPECT_EQ(kontor_plane_run(nullptr), KONTOR_INVALID);
  EXPECT_EQ(kontor_plane_stop(nullptr), KONTOR_INVALID);
  EXPECT_EQ(kontor_plane_url(nullptr).size, 0u);
  EXPECT_EQ(kontor_plane_register_at(nullptr, text("them"), text("http://x"), {}), KONTOR_INVALID);
  EXPECT_EQ(kontor_plane_admits(nullptr, {}, nullptr, 0), KONTOR_INVALID);
  EXPECT_EQ(kontor_flow_text(nullptr, KONTOR_FLOW_ID).size, 0u);
  EXPECT_EQ(kontor_flow_property(nullptr, {}).size, 0u);
  EXPECT_EQ(kontor_flow_is_provider(nullptr) + kontor_flow_is_push(nullptr), 0);
  EXPECT_EQ(kontor_flow_completion(nullptr), nullptr);
  EXPECT_EQ(kontor_answer_address(nullptr, {}, {}), KONTOR_INVALID);
  EXPECT_EQ(kontor_answer_property(nullptr, text("a"), {}), KONTOR_INVALID);
  EXPECT_EQ(kontor_answer_token(nullptr), KONTOR_INVALID);
  EXPECT_EQ(kontor_answer_reason(nullptr, {}), KONTOR_INVALID);
  EXPECT_EQ(kontor_completion_prepared(nullptr, nullptr), KONTOR_INVALID);
  EXPECT_EQ(kontor_completion_started(nullptr, nullptr), KONTOR_INVALID);
  EXPECT_EQ(kontor_completion_completed(nullptr), KONTOR_INVALID);
  EXPECT_EQ(kontor_completion_errored(nullptr, {}), KONTOR_INVALID);
  EXPECT_FALSE(view(kontor_last_error()).empty());
  kontor_completion_free(nullptr);
  kontor_answer_free(nullptr);
  kontor_plane_free(nullptr);
}

}  // namespace kontor::sdk_test
