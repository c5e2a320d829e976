#include "protocol/vc/presentation.hpp"
#include "tck/dcp/conformance/rules_for_test.hpp"

/// What a verifier takes, as the specification has it.

using namespace kontor;
using namespace kontor::tck;
using namespace kontor::tck::dcp;
namespace vc = kontor::protocol::vc;

namespace {

/// How the holder presents a good membership otherwise than it should.
using Presents = std::function<std::string(Stage&, vc::PresentationContent)>;

Play refused_is(Presents presents) {
  return [presents = std::move(presents)](Stage& stage) {
    auto& others = stage.others();
    const auto content =
        others.holder.presentation(stage.verifier(), {membership_of_the_holder(stage)}, others.now());
    shows(stage, others.answers_with({presents(stage, content)}), false);
    shows(stage, others.answers_with({others.holder.present(content)}), true);
  };
}

/// A credential that is not the holder's membership by its issuer.
Play refused_is(std::function<std::string(Stage&)> credential) {
  return [credential = std::move(credential)](Stage& stage) {
    shows(stage, stage.others().presents({credential(stage)}), false);
    shows(stage, stage.others().presents({membership_of_the_holder(stage)}), true);
  };
}

}  // namespace

TEST_F(DcpRules, a_presentation_is_its_holders_for_its_verifier_and_new) {
  play(refused_is(Presents([](Stage& stage, vc::PresentationContent content) {
    content.audience = stage.others().third_party.did();
    return stage.others().holder.present(content);
  })));
  play(refused_is(Presents([](Stage& stage, vc::PresentationContent content) {
    content.now -= std::chrono::hours(1);
    return stage.others().holder.present(content);
  })));
  play(refused_is(Presents([](Stage& stage, vc::PresentationContent content) {
    content.holder = stage.others().third_party.did();
    return stage.others().third_party.present(content);
  })));
  play(refused_is(Presents([](Stage& stage, vc::PresentationContent content) {
    const auto& others = stage.others();
    return others.third_party.sign(
        vc::presentation_signing_input(vc::Format::vc1_0_jwt, content, others.holder.signer()));
  })));
}

TEST_F(DcpRules, a_credential_is_of_an_issuer_that_is_trusted_and_signed_by_it) {
  play(refused_is([](Stage& stage) {
    auto& others = stage.others();
    const auto foreign =
        others.third_party.credential(others.holder.did(), "MembershipCredential", others.now());
    return others.third_party.issue(foreign, others.now());
  }));
  play(refused_is([](Stage& stage) {
    auto& others = stage.others();
    const auto claimed = others.issuer.credential(others.holder.did(), "MembershipCredential", others.now());
    return others.third_party.sign(
        vc::credential_signing_input(claimed, others.issuer.signer(), others.now()));
  }));
  play(refused_is([](Stage& stage) {
    return membership_of_the_holder(
        stage, [](json::Object& each) { each["type"] = json::Array{"AnotherCredential"}; });
  }));
}

TEST_F(DcpRules, who_has_no_credential_service_is_refused) {
  play([](Stage& stage) {
    auto message = trigger(stage, stage.others().fresh_id());
    message.sender = &stage.others().verifier;
    refused(stage.send(message));
  });
}

TEST_F(DcpRules, a_verifier_whose_question_fails_for_a_moment_says_nothing_of_the_caller) {
  play([](Stage& stage) {
    const auto token = stage.others().grant([] { return http::Response{503, {}, {}}; });
    verify(stage.send(trigger(stage, token)).status >= 500, "5xx is expected");
  });
}
