#include "protocol/api/management/envelope.hpp"

#include <gtest/gtest.h>

#include "protocol/api/management/sharing.hpp"

namespace kontor::protocol::api::management {
namespace {

/// A request for a transfer with these callbacks; what is refused about it, as `pointer: rule`.
std::string refused(std::string_view callbacks) {
  const auto request = json::decode<TransferRequest>(fmt::format(
      R"({{"@context":["{}"],"@type":"TransferRequest","counterPartyAddress":"https://peer.example/dsp",
          "profile":"p","contractId":"c","transferType":"HttpData-PULL","callbackAddresses":{}}})",
      context_url, callbacks));
  if (request) return "";
  return request.error().pointer + ": " + request.error().detail;
}

std::string with(std::string_view uri, std::string_view more = "", std::string_view events = "") {
  return fmt::format(R"([{{"uri":"{}","events":[{}],"transactional":false{}}}])", uri, events, more);
}

}  // namespace

TEST(CallbackAddress, an_address_is_absolute_and_of_the_web) {
  for (const char* good : {"https://app.example/hook?x=1", "HTTP://127.0.0.1:8080", "http://[::1]/"})
    EXPECT_EQ(refused(with(good)), "") << good;
  for (const char* bad : {"", "app.example/hook", "/hook", "ftp://app.example/", "http://", "http:///hook",
                          "https://me:secret@app.example/", "http://:80/", "http://app example/", "http:x"}) {
    EXPECT_TRUE(refused(with(bad)).starts_with("/callbackAddresses/0/uri: must be an absolute")) << bad;
  }
  EXPECT_TRUE(refused(with("http://a.example/" + std::string(callback_uri_bytes_max, 'x')))
                  .starts_with("/callbackAddresses/0/uri"));
}

TEST(CallbackAddress, events_are_names_that_are_told_or_their_beginnings) {
  for (const char* good :
       {R"("contract.negotiation")", R"("contract.negotiation.finalized","transfer.process")",
        R"("contract")", R"("transfer.process.provisioned")", R"("transfer.process.")", ""})
    EXPECT_EQ(refused(with("http://a.example", "", good)), "") << good;
  EXPECT_EQ(refused(with("http://a.example", "", R"("contract.negotiation","contract.negotation")")),
            "/callbackAddresses/0/events/1: 'contract.negotation' is no event and begins none");
  for (const char* bad : {R"("*")", R"("contract.negotiation.finalizedx")", R"("Contract")"}) {
    EXPECT_TRUE(refused(with("http://a.example", "", bad)).starts_with("/callbackAddresses/0/events/0: "))
        << bad;
  }
}

TEST(CallbackAddress, a_header_and_its_secret_come_together_and_change_nothing_of_the_call) {
  EXPECT_EQ(refused(with("http://a.example", R"(,"authKey":"X-Key","authCodeId":"s")")), "");
  EXPECT_TRUE(refused(with("http://a.example", R"(,"authKey":"X-Key")"))
                  .starts_with("/callbackAddresses/0/authCodeId: is required"));
  EXPECT_TRUE(refused(with("http://a.example", R"(,"authCodeId":"s")"))
                  .starts_with("/callbackAddresses/0/authKey: is required"));
  for (const char* bad : {"", "a b", "host", "Content-length", "X-Key:", "Ä"}) {
    const auto more = fmt::format(R"(,"authKey":"{}","authCodeId":"s")", bad);
    EXPECT_TRUE(refused(with("http://a.example", more)).starts_with("/callbackAddresses/0/authKey: must be"))
        << bad;
  }
  EXPECT_TRUE(refused(with("http://a.example", R"(,"authKey":"X-Key","authCodeId":"")"))
                  .starts_with("/callbackAddresses/0/authCodeId: must be"));
}

TEST(CallbackAddress, there_are_as_many_as_the_bound_allows) {
  std::string many;
  for (std::size_t i = 0; i < callback_addresses_max; ++i)
    many += R"({"uri":"http://a.example","events":[],"transactional":false},)";
  many.pop_back();
  EXPECT_EQ(refused("[" + many + "]"), "");
  EXPECT_EQ(refused("[" + many + R"(,{"uri":"http://a.example","events":[]}])"),
            "/callbackAddresses: has at most 10");
}

}  // namespace kontor::protocol::api::management
