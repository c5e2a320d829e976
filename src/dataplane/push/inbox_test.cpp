#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypto/hash.hpp"
#include "dataplane/push/test_plane.hpp"
#include "platform/http/url.hpp"

namespace kontor::dataplane::push::testing {
namespace {

/// A sender that says only what the test says, and does not end.
class RawSender {
 public:
  RawSender(RealLoop& loop, const std::string& url)
      : loop_(loop), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const auto port = web::parse_url(url)->port;
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~RawSender() { ::close(socket_); }

  /// A part of so many bytes; returns when it is let in.
  void begin(const std::string& path, const std::string& token, std::size_t bytes) {
    say("PUT " + path + " HTTP/1.1\r\nHost: us\r\nContent-Length: " + std::to_string(bytes) +
        "\r\nExpect: 100-continue\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    EXPECT_EQ(hear(), "HTTP/1.1 100 Continue\r\n");
    EXPECT_EQ(hear(), "\r\n");
  }
  void say(const std::string& text) {
    EXPECT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  /// What comes next, up to a line's end; empty when nothing comes within the patience.
  std::string hear() {
    std::string heard;
    loop_.run(aside_.run([&] {
      for (char each = 0; !heard.ends_with("\r\n") && ::recv(socket_, &each, 1, 0) == 1;) heard += each;
    }));
    return heard;
  }

 private:
  RealLoop& loop_;
  async::Offload aside_{1};
  int socket_;
};

class InboxTest : public ::testing::Test {
 protected:
  dps::HttpAccess prepare(const std::string& flow) {
    const auto response = plane->signal(
        "prepare", R"({"messageId":"m-)" + flow + R"(","participantId":"did:web:us","counterPartyId":)" +
                       R"("did:web:them","dataspaceContext":"dsp","processId":")" + flow +
                       R"(","agreementId":"ag","datasetId":"ds","profile":"HttpData-PUSH","metadata":{)" +
                       R"("dataDestination":{"type":"File","path":"in"}}})");
    EXPECT_EQ(response.status, 200u) << response.body.text;
    const auto message = json::decode<dps::DataFlowStatusMessage>(response.body.text).value();
    return destination_of(message.data_address.value(), false)->access;
  }
  web::Response send(const std::string& method, const std::string& url, const std::string& token,
                     std::string text = "abc", web::Headers headers = {}) {
    return plane->send(
        {.method = method, .target = url, .headers = std::move(headers), .body = {std::move(text), {}}},
        token);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    const auto root = folder.path() / "files" / "acme";
    if (!std::filesystem::exists(root)) return all;
    for (const auto& each : std::filesystem::recursive_directory_iterator(root)) {
      if (!each.is_directory()) all.push_back(std::filesystem::relative(each.path(), root).string());
    }
    std::ranges::sort(all);
    return all;
  }

  RealLoop loop;
  kontor::testing::TemporaryFolder folder;
  std::unique_ptr<Plane> plane = plane_for_pushes(
      loop, {.folder = folder.path()}, {.part_bytes_max = 1000, .flow_bytes_max = 1500, .flow_parts_max = 4});
};

}  // namespace

TEST_F(InboxTest, a_part_is_named_by_its_path_its_sender_or_its_digest) {
  const auto access = prepare("1");
  const auto& token = *access.access_token;
  const auto answer = send("PUT", access.endpoint + "/2025/a%20b", token);
  EXPECT_EQ(answer.status, 201u) << answer.body.text;
  EXPECT_EQ(answer.headers.get("Repr-Digest"), digest_field(crypto::sha256_hex("abc")));
  web::Headers named;
  named.set("Content-Disposition", "attachment; filename=\"x.csv\"");
  EXPECT_EQ(send("POST", access.endpoint, token, "abc", named).status, 201u);
  EXPECT_EQ(send("POST", access.endpoint, token).status, 201u);
  EXPECT_EQ(send("PUT", access.endpoint, token).status, 201u);
  EXPECT_EQ(names(), (std::vector<std::string>{"in/2025/a b", "in/data",
                                               "in/sha256-" + crypto::sha256_hex("abc"), "in/x.csv"}));
}

TEST_F(InboxTest, a_part_that_comes_again_is_there_once) {
  const auto access = prepare("1");
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(send("PUT", access.endpoint + "/a", *access.access_token).status, 201u);
  EXPECT_EQ(names(), std::vector<std::string>{"in/a"});
}

TEST_F(InboxTest, a_token_is_good_for_its_flow_and_as_long_as_it_is_open) {
  const auto first = prepare("1");
  const auto second = prepare("2");
  EXPECT_EQ(send("PUT", first.endpoint + "/a", "").status, 401u);
  for (const auto& token : {std::string("nonsense"), *second.access_token})
    EXPECT_EQ(send("PUT", first.endpoint + "/a", token).status, 403u);
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(send("PUT", first.endpoint + "/a", *first.access_token).status, 403u);
  EXPECT_TRUE(names().empty());
}

TEST_F(InboxTest, a_part_that_has_gone_silent_ends_with_its_flow) {
  const auto access = prepare("1");
  RawSender sender(loop, access.endpoint);
  sender.begin("/api/inbox/1/a", *access.access_token, 1000);
  sender.say("abc");
  EXPECT_EQ(plane->signal("1/terminate", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(sender.hear(), "HTTP/1.1 403 Forbidden\r\n");
  EXPECT_TRUE(names().empty());
}

TEST_F(InboxTest, parts_beyond_the_limits_are_refused_and_let_in_again) {
  const auto access = prepare("1");
  const usage::ContextLimits one_at_a_time{
      .each_flow = {.bytes_per_second = {}, .bytes_max = {}, .requests_max = 1}, .all_flows = {}};
  const platform::engine::Command command{ContextId("acme"), {}};
  ASSERT_TRUE(loop.run(plane->usage().limits().set(command, one_at_a_time)));
  RawSender sender(loop, access.endpoint);
  sender.begin("/api/inbox/1/a", *access.access_token, 3);
  const auto refused = send("PUT", access.endpoint + "/b", *access.access_token);
  EXPECT_EQ(refused.status, 429u);
  EXPECT_TRUE(refused.headers.get("Retry-After"));
  sender.say("abc");
  EXPECT_EQ(sender.hear(), "HTTP/1.1 201 Created\r\n");
  EXPECT_EQ(send("PUT", access.endpoint + "/b", *access.access_token).status, 201u);
  EXPECT_EQ(names(), (std::vector<std::string>{"in/a", "in/b"}));
}

TEST_F(InboxTest, a_plane_that_may_not_serve_takes_nothing_and_says_why) {
  const auto access = prepare("1");
  may_serve(*plane, fail(ErrorCode::unavailable, "alone for too long"));
  const auto refused = send("PUT", access.endpoint + "/a", *access.access_token);
  EXPECT_EQ(refused.status, 503u);
  EXPECT_TRUE(refused.body.text.contains("alone for too long")) << refused.body.text;
  EXPECT_TRUE(names().empty());
  may_serve(*plane, {});
  EXPECT_EQ(send("PUT", access.endpoint + "/a", *access.access_token).status, 201u);
}

TEST_F(InboxTest, after_a_suspension_a_new_token_lets_parts_in) {
  const auto before = prepare("1");
  EXPECT_EQ(plane->signal("1/started", R"({"messageId":"m2"})").status, 200u);
  EXPECT_EQ(plane->signal("1/suspend", R"({"messageId":"m3"})").status, 200u);
  EXPECT_EQ(send("PUT", before.endpoint + "/a", *before.access_token).status, 403u);
  const auto resumed = plane->signal("1/resume", R"({"messageId":"m4"})");
  const auto message = json::decode<dps::DataFlowStatusMessage>(resumed.body.text).value();
  ASSERT_TRUE(message.data_address) << resumed.body.text;
  const auto after = destination_of(*message.data_address, false).value();
  EXPECT_TRUE(after.part_paths);
  EXPECT_EQ(send("PUT", before.endpoint + "/a", *before.access_token).status, 403u);
  EXPECT_EQ(send("PUT", after.access.endpoint + "/a", *after.access.access_token).status, 201u);
}

TEST_F(InboxTest, another_digest_than_the_one_that_was_sent_is_refused) {
  const auto access = prepare("1");
  for (const auto* name : {"Repr-Digest", "Content-Digest"}) {
    web::Headers headers;
    headers.set(name, digest_field(crypto::sha256_hex("abd")));
    EXPECT_EQ(send("PUT", access.endpoint + "/a", *access.access_token, "abc", headers).status, 400u);
    headers.set(name, "sha-256=:nonsense:");
    EXPECT_EQ(send("PUT", access.endpoint + "/a", *access.access_token, "abc", headers).status, 400u);
  }
  EXPECT_TRUE(names().empty());
  web::Headers headers;
  headers.set("Content-Digest", digest_field(crypto::sha256_hex("abc")));
  EXPECT_EQ(send("PUT", access.endpoint + "/a", *access.access_token, "abc", headers).status, 201u);
}

TEST_F(InboxTest, no_name_leads_out_of_the_folder) {
  const auto access = prepare("1");
  for (const auto* name : {"/%2e%2e/a", "/a/%2E%2E/%2e%2e/b", "/a%2fb", "/%00", "/a//b", "/.kontor-a"}) {
    EXPECT_EQ(send("PUT", access.endpoint + name, *access.access_token).status, 400u) << name;
  }
  web::Headers headers;
  headers.set("Content-Disposition", "attachment; filename*=UTF-8''..%2F..%2Fa");
  EXPECT_EQ(send("POST", access.endpoint, *access.access_token, "abc", headers).status, 400u);
  EXPECT_TRUE(names().empty());
}

TEST_F(InboxTest, what_one_push_brings_is_bounded) {
  const auto access = prepare("1");
  const auto status_of = [&](std::size_t bytes) {
    return send("PUT", access.endpoint + "/a", *access.access_token, std::string(bytes, 'x')).status;
  };
  EXPECT_EQ(status_of(1001), 413u);
  EXPECT_EQ(status_of(1000), 201u);
  EXPECT_EQ(status_of(501), 413u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status_of(1), 201u);
  EXPECT_EQ(status_of(1), 413u);
}

}  // namespace kontor::dataplane::push::testing
