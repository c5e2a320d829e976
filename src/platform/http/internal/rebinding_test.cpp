// A name whose server answers differently each time: between the look at an address and the connection to it
// nothing may change. The system's resolver is replaced for that one name.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "platform/http/client.hpp"
#include "platform/http/internal/test_client.hpp"
#include "platform/http/internal/test_raw_server.hpp"
#include "platform/http/internal/test_scripts.hpp"

namespace {

constexpr std::string_view rebinding = "rebinds.example";
constexpr std::string_view hanging =
    "hangs.example";  ///< and whatever is below it: answered when it is let go

struct Answers {
  std::mutex mutex;
  std::condition_variable let_go;
  bool hangs = true;
  std::deque<std::vector<std::string>> next;
  int asked = 0;
};
Answers& answers() {
  static Answers all;
  return all;
}

using Resolve = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
int resolve(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  static const auto real = reinterpret_cast<Resolve>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, result);
}

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  const std::string_view name = node == nullptr ? "" : node;
  std::unique_lock guard(answers().mutex);
  if (name.ends_with(hanging)) {
    answers().let_go.wait(guard, [] { return !answers().hangs; });
    return EAI_AGAIN;
  }
  if (name != rebinding) {
    guard.unlock();
    return resolve(node, service, hints, result);
  }
  ++answers().asked;
  if (answers().next.empty()) return EAI_NONAME;
  const auto addresses = answers().next.front();
  answers().next.pop_front();
  auto** place = result;
  for (const auto& address : addresses) {
    const auto error = resolve(address.c_str(), service, hints, place);
    if (error != 0) return error;
    place = &(*place)->ai_next;
  }
  return 0;
}

namespace kontor::platform::http {
namespace {

class Rebinding : public ::testing::Test {
 protected:
  Rebinding()
      : client({.allowed_networks = {"127.0.0.1/32"}}),
        server(client.scope(), client.clock(), once(std::string(ok))) {
    answers().next.clear();
    answers().asked = 0;
    answers().hangs = true;
  }
  ~Rebinding() override { let_go(); }
  void let_go() {
    const std::lock_guard guard(answers().mutex);
    answers().hangs = false;
    answers().let_go.notify_all();
  }
  void answer(std::vector<std::vector<std::string>> each) { answers().next = {each.begin(), each.end()}; }
  Result<Response> get() {
    auto options = client.options();
    options.trust = Trust::foreign;
    return client.send(
        {.target = "http://" + std::string(rebinding) + ":" + std::to_string(server.port()) + "/"}, options);
  }
  ErrorCode refusal() {
    const auto response = get();
    return response ? ErrorCode::internal : response.error().code;
  }

  TestClient<> client;
  RawServer server;
};

}  // namespace

TEST_F(Rebinding, the_address_that_was_looked_at_is_the_one_that_is_connected_to) {
  answer({{"127.0.0.1"}, {"127.0.0.2"}});
  const auto response = get();
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(answers().asked, 1) << "a second look would have led elsewhere";
  EXPECT_EQ(refusal(), ErrorCode::address_refused) << "a new connection is a new look";
  EXPECT_EQ(answers().asked, 2);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(Rebinding, of_several_addresses_only_those_outside_are_tried) {
  answer({{"10.0.0.1", "127.0.0.2", "127.0.0.1"}, {"10.0.0.1", "169.254.169.254"}});
  const auto response = get();
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(refusal(), ErrorCode::address_refused);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(Rebinding, a_name_that_led_inside_is_not_asked_for_once_more_to_be_let_in) {
  answer({{"127.0.0.2"}, {"127.0.0.1"}});
  EXPECT_EQ(refusal(), ErrorCode::address_refused);
  EXPECT_EQ(answers().asked, 1);
  EXPECT_EQ(server.connections(), 0);
}

// All threads look up names whose servers do not answer.
TEST_F(Rebinding, a_name_that_was_found_before_is_reached_while_look_ups_hang) {
  answer({{"127.0.0.1"}});
  ASSERT_TRUE(get());
  async::Scope scope(client.loop().executor());
  const auto ask = [](Client& sender, std::string url, SendOptions options) -> Task<void> {
    co_await sender.send({.target = std::move(url)}, options);
  };
  for (int i = 0; i < 8; ++i)
    scope.spawn(
        ask(client.client(), "http://" + std::to_string(i) + "." + std::string(hanging), client.options()));
  const auto again = get();
  EXPECT_TRUE(again) << again.error().message();
  EXPECT_EQ(server.connections(), 2);
  let_go();
  client.loop().run(scope.close());
}

}  // namespace kontor::platform::http
