#include "platform/routing/error_body.hpp"

#include <gtest/gtest.h>

#include "base/json/json.hpp"

using namespace kontor;
using namespace kontor::platform::routing;
using protocol::api::ErrorBody;

TEST(ErrorBody, an_error_of_the_dataspace_protocol_names_the_process_of_its_message) {
  const auto message =
      json::parse(R"({"providerPid":"p-1","consumerPid":"c-1","eventType":"ACCEPTED"})").value();
  const Error illegal{ErrorCode::illegal_transition, "not now"};
  for (const auto form : {ErrorBody::dsp_negotiation, ErrorBody::dsp_transfer}) {
    const auto answer = write_error(form, illegal, "incident", process_ids_in(form, message));
    EXPECT_EQ(answer.status, 400u);
    EXPECT_EQ(answer.body.at("providerPid"), "p-1");
    EXPECT_EQ(answer.body.at("consumerPid"), "c-1");
  }
}

TEST(ErrorBody, what_a_message_does_not_name_is_empty_and_other_apis_name_no_process) {
  const auto first = json::parse(R"({"consumerPid":"c-1","providerPid":7})").value();
  const auto named = process_ids_in(ErrorBody::dsp_negotiation, first);
  EXPECT_EQ(named.consumer, "c-1");
  EXPECT_EQ(named.provider, "");
  EXPECT_EQ(process_ids_in(ErrorBody::edc, first).consumer, "");
}
