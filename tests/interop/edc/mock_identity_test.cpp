#include "interop/edc/mock_identity.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/json/json.hpp"
#include "interop/edc/names.hpp"
#include "testing/async/run.hpp"

namespace kontor::interop::edc {
namespace {

using platform::async::Deadline;

std::string content(const char* path) {
  std::string all(std::filesystem::file_size(path), '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(all.data(), static_cast<std::streamsize>(all.size()));
  return file ? all : std::string();
}

TEST(MockIdentity, believes_who_a_caller_says_it_is) {
  testing::VirtualLoop loop;
  MockPeerIdentity identity(loop.clock(), loop.random());
  const std::string header = R"({"region":"eu","audience":"did:web:kontor.example","clientId":"somebody"})";
  const auto first = loop.run(identity.verify(header, {ContextId("c")}, Deadline::never()));
  const auto second = loop.run(identity.verify(header, {ContextId("c")}, Deadline::never()));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->did, Did("somebody"));
  EXPECT_NE(first->single_use.jti, second->single_use.jti) << "the same header comes with every message";
}

TEST(MockIdentity, a_header_that_is_no_token_is_refused) {
  testing::VirtualLoop loop;
  MockPeerIdentity identity(loop.clock(), loop.random());
  for (const auto* header : {"", "Bearer x", "[]", R"({"region":"eu"})", R"({"clientId":7})"}) {
    const auto caller = loop.run(identity.verify(header, {ContextId("c")}, Deadline::never()));
    ASSERT_FALSE(caller) << header;
    EXPECT_EQ(caller.error().code, ErrorCode::unauthenticated) << header;
  }
}

TEST(MockIdentity, says_who_is_called_and_who_calls) {
  testing::VirtualLoop loop;
  MockPeerIdentity identity(loop.clock(), loop.random());
  const auto header = loop.run(identity.authorization(ContextId("kontor"), Did(id_of("edc")), {}));
  ASSERT_TRUE(header);
  EXPECT_EQ(*header,
            R"({"region":"eu","audience":"did:web:edc.example","clientId":"did:web:kontor.example"})");
}

TEST(MockIdentity, the_program_holds_nothing_of_the_mock_identity) {
  const auto program = content(KONTOR_PROGRAM);
  const auto partner = content(KONTOR_PARTNER);
  ASSERT_GT(program.size(), 1U << 20);
  // What both share is in both, and what only the partner has is not in the program.
  const std::string shared = "the contract policy is not fulfilled";
  EXPECT_NE(program.find(shared), std::string::npos);
  EXPECT_NE(partner.find(shared), std::string::npos);
  for (const auto* theirs : {"MockIdentity", "mock-identity", "this is no token of a mock identity"}) {
    EXPECT_NE(partner.find(theirs), std::string::npos) << theirs;
    EXPECT_EQ(program.find(theirs), std::string::npos) << theirs;
  }
}

}  // namespace
}  // namespace kontor::interop::edc
