// What somebody whom an issuer does not know can send on and on: nothing is kept of it, and holders are
// served.
#include <map>

#include "runtime/issuer_service/test_issuer.hpp"

namespace kontor::runtime::issuer_service::testing {
namespace {

constexpr int flood = 300;
constexpr int looked_at_max = 60;

class IssuerFloods : public IssuerTest {
 protected:
  template <class Ask>
  std::map<unsigned, int> send(Ask ask) {
    std::map<unsigned, int> answers;
    const auto before = house.verifier->signatures_checked();
    for (int i = 0; i < flood; ++i) ++answers[ask(i)];
    signatures = house.verifier->signatures_checked() - before;
    return answers;
  }

  std::uint64_t signatures = 0;
};

}  // namespace

TEST_F(IssuerFloods, a_flood_of_requests_of_who_is_no_holder_leaves_nothing_and_holds_up_no_holder) {
  const auto answers =
      send([&](int i) { return request(stranger, "RegisteredCredential", std::to_string(i)).status; });
  EXPECT_EQ(answers.at(401), looked_at_max);
  EXPECT_EQ(answers.at(429), flood - looked_at_max);
  EXPECT_EQ(signatures, static_cast<std::uint64_t>(looked_at_max));
  EXPECT_TRUE(processes().empty());
  const auto granted = request(holder, "RegisteredCredential");
  EXPECT_EQ(granted.status, 201u);
  await_delivery(process_of(granted));
}

TEST_F(IssuerFloods, a_flood_of_looks_at_the_requests_of_others_is_refused) {
  const auto process = process_of(request(holder, "RegisteredCredential"));
  const auto answers = send([&](int) { return status(authorization(stranger), process).status; });
  EXPECT_EQ(answers.at(401), looked_at_max);
  EXPECT_EQ(answers.at(429), flood - looked_at_max);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(status(authorization(holder), process).status, 200u) << "its own";
}

TEST_F(IssuerFloods, a_holder_that_asks_for_what_it_does_not_get_fills_nothing) {
  const auto answers =
      send([&](int i) { return request(holder, "UnknownCredential", std::to_string(i)).status; });
  EXPECT_EQ(answers.at(400), looked_at_max);
  EXPECT_EQ(answers.at(429), flood - looked_at_max);
  EXPECT_TRUE(processes().empty());
  EXPECT_EQ(request(other, "RegisteredCredential").status, 201u);
}

}  // namespace kontor::runtime::issuer_service::testing
