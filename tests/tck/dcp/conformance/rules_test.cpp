#include <fmt/format.h>

#include <set>

#include "protocol/did/web.hpp"
#include "tck/dcp/conformance/rules_for_test.hpp"

/// Rules of the specification that the kit has no case for.

using namespace kontor;
using namespace kontor::tck;
using namespace kontor::tck::dcp;

namespace {

const std::string membership = "MembershipCredential";

Message request_of_its_own(Stage& stage) {
  return request(stage, stage.others().fresh_id());
}

Message asked(Stage& stage) {
  accepted(stage.send(delivery(stage)));
  const auto& verifier = stage.others().verifier;
  return query(stage, access_token(stage, verifier, scope_of(membership)), {scope_of(membership)});
}

Message triggered(Stage& stage) {
  auto& others = stage.others();
  return trigger(stage, others.grant(others.presents({others.credential(others.holder.did(), membership)})));
}

/// The ids of the credentials of a delivery.
std::set<std::string> credentials_in(const http::Request& delivered) {
  const auto message = json::parse(delivered.body.text).value();
  std::set<std::string> ids;
  for (const auto& each : message.at("credentials").as_array()) {
    const auto token = protocol::jose::parse_jwt(text_of(each.as_object(), "payload")).value();
    ids.insert(text_of(token.claims.rest.at("vc").as_object(), "id"));
  }
  return ids;
}

const std::pair<const char*, Make> endpoints[] = {{"delivery", delivery},
                                                  {"offer", offer},
                                                  {"query", asked},
                                                  {"request", request_of_its_own},
                                                  {"trigger", triggered}};

}  // namespace

TEST_F(DcpRules, a_proof_says_who_when_and_once_at_every_endpoint) {
  const std::pair<const char*, std::function<void(Proof&)>> faults[] = {
      {"no jti", [](Proof& proof) { proof.claims.jti.reset(); }},
      {"no exp", [](Proof& proof) { proof.claims.exp.reset(); }},
      {"no iat", [](Proof& proof) { proof.claims.iat.reset(); }},
      {"no sub", [](Proof& proof) { proof.claims.sub.reset(); }},
      {"no aud", [](Proof& proof) { proof.claims.aud.clear(); }}};
  for (const auto& [endpoint, make] : endpoints) {
    for (const auto& [what, change] : faults) {
      SCOPED_TRACE(fmt::format("{}: {}", endpoint, what));
      play(broken(make, [&](Stage&, Message&, Proof& proof) { change(proof); }));
    }
  }
}

TEST_F(DcpRules, nobody_signs_for_another_at_any_endpoint) {
  for (const auto& [endpoint, make] : endpoints) {
    SCOPED_TRACE(endpoint);
    play(broken(make, [](Stage& stage, Message&, Proof& proof) {
      proof.signer = &stage.others().third_party;
      proof.kid = stage.others().third_party.kid();
    }));
  }
}

TEST_F(DcpRules, a_proof_that_names_no_key_is_by_the_only_one_of_its_document) {
  for (const auto& [endpoint, make] : endpoints) {
    SCOPED_TRACE(endpoint);
    play([&make](Stage& stage) {
      const auto message = make(stage);
      auto proof = stage.proof(message);
      proof.kid.clear();
      accepted(stage.send(message, proof));
    });
  }
}

TEST_F(DcpRules, a_key_for_something_else_proves_nothing) {
  play([](Stage& stage) {
    auto& server = stage.others().server;
    for (const bool declared : {true, false}) {
      Party party(server, declared ? "declares" : "declares-something-else");
      if (!declared) party.document.capability_invocation = std::vector<std::string>{};
      party.publish();
      auto message = offer(stage);
      message.sender = &party;
      message.body.as_object()["issuer"] = party.did().str();
      if (declared)
        accepted(stage.send(message));
      else
        refused(stage.send(message));
    }
  });
}

TEST_F(DcpRules, a_proof_is_for_one_role_of_one_installation_alone) {
  play([](Stage& stage) {
    const auto message = delivery(stage);
    auto proof = stage.proof(message);
    proof.claims.aud = {stage.issuer().str()};
    refused(stage.send(message, proof));
    proof.claims.aud = {stage.verifier().str(), stage.holder().str()};
    accepted(stage.send(message, proof));
  });
}

TEST_F(DcpRules, an_access_token_serves_once_and_its_verifier_alone) {
  play([](Stage& stage) {
    const auto message = asked(stage);
    accepted(stage.send(message));
    refused(stage.send(message));
  });
  play(broken(asked, [](Stage& stage, Message&, Proof& proof) {
    const auto& third = stage.others().third_party;
    proof.claims.rest["token"] = access_token(stage, third, scope_of(membership));
  }));
}

TEST_F(DcpRules, a_scope_of_two_parts_is_one_and_one_of_another_alias_is_none) {
  play([](Stage& stage) {
    auto message = asked(stage);
    message.body.as_object()["scope"] = json::Array{"org.eclipse.dspace.dcp.vc.type:" + membership};
    const auto body =
        stage.judge().read(accepted(stage.send(message)).body.text, "PresentationResponseMessage");
    verify(!body.at("presentation").as_array().empty(), "nothing was presented");
  });
  play(broken(asked, [](Stage&, Message& message, Proof&) {
    message.body.as_object()["scope"] = json::Array{"org.example.somewhere:" + membership + ":read"};
  }));
}

TEST_F(DcpRules, what_is_granted_and_not_held_is_an_empty_answer) {
  play([](Stage& stage) {
    const auto scope = scope_of("CredentialOfNobody");
    const auto token = access_token(stage, stage.others().verifier, scope);
    const auto answer = accepted(stage.send(query(stage, token, {scope})));
    const auto body = stage.judge().read(answer.body.text, "PresentationResponseMessage");
    verify(body.at("presentation").as_array().empty(), "something was presented");
    verify(!body.contains("presentationSubmission"), "a submission without a definition");
  });
}

TEST_F(DcpRules, messages_in_their_expanded_form_are_taken) {
  const std::string dcp = "https://w3id.org/dspace-dcp/v1.0/";
  play([&](Stage& stage) {
    auto message = request_of_its_own(stage);
    const auto& body = message.body.as_object();
    message.body =
        json::Object{{"@type", dcp + "CredentialRequestMessage"},
                     {dcp + "holderPid", json::Object{{"@id", body.at("holderPid")}}},
                     {dcp + "credentials",
                      json::Array{json::Object{{"@type", "@json"}, {"@value", body.at("credentials")}}}}};
    accepted(stage.send(message));
  });
  for (const auto* issuer :
       {"https://www.w3.org/2018/credentials#issuer", "https://w3id.org/dspace-dcp/v1.0/issuer"}) {
    play([&](Stage& stage) {
      auto message = offer(stage);
      auto& body = message.body.as_object();
      const auto name = body.at("issuer");
      body.erase("issuer");
      body[issuer] = json::Object{{"@id", name}};
      accepted(stage.send(message));
    });
  }
}

TEST_F(DcpRules, a_request_that_comes_again_is_the_same_process_and_brings_the_same_credentials) {
  play([](Stage& stage) {
    const auto pid = stage.others().fresh_id();
    const auto first = accepted(stage.send(request(stage, pid)));
    const auto brought = credentials_in(stage.others().deliveries(pid, 1).at(0));
    const auto again = accepted(stage.send(request(stage, pid)));
    verify(again.headers.get("Location") == first.headers.get("Location"), "another process");
    const auto& deliveries = stage.others().deliveries(pid, 2);
    verify(deliveries.size() == 2, "it is not delivered again");
    verify(brought.size() == credential_types.size(), "not all was delivered");
    verify(credentials_in(deliveries.at(1)) == brought, "other credentials");
  });
}

TEST_F(DcpRules, what_became_of_a_request_is_told_to_its_holder_alone) {
  play([](Stage& stage) {
    const auto made = accepted(stage.send(request_of_its_own(stage)));
    auto message = status(stage, std::string(made.headers.get("Location").value_or("")));
    accepted(stage.send(message));
    message.sender = &stage.others().third_party;
    refused(stage.send(message));
  });
}

TEST_F(DcpRules, a_request_for_what_is_not_offered_or_for_nothing_is_refused) {
  play(broken(request_of_its_own, [](Stage&, Message& message, Proof&) {
    message.body.as_object()["credentials"] = json::Array{json::Object{{"id", "nothing-that-is-offered"}}};
  }));
  play(broken(request_of_its_own, [](Stage&, Message& message, Proof&) {
    message.body.as_object()["credentials"] = json::Array{};
  }));
}

TEST_F(DcpRules, who_is_no_holder_of_the_issuer_gets_nothing) {
  play(broken(request_of_its_own, [](Stage& stage, Message& message, Proof& proof) {
    message.sender = &stage.others().third_party;
    proof = stage.proof(message);
  }));
}

TEST_F(DcpRules, a_delivery_of_another_issuer_or_for_another_request_is_refused) {
  play(broken(delivery, [](Stage& stage, Message& message, Proof& proof) {
    message.sender = &stage.others().third_party;
    proof = stage.proof(message);
  }));
  play(broken(delivery, [](Stage&, Message& message, Proof&) {
    message.body.as_object()["holderPid"] = "request-of-nobody";
  }));
}

TEST_F(DcpRules, a_delivered_credential_is_its_issuers_and_its_holders) {
  const auto with = [](std::function<std::string(Stage&)> payload) {
    return broken(delivery, [payload = std::move(payload)](Stage& stage, Message& message, Proof&) {
      message.body.at("credentials").as_array()[0].as_object()["payload"] = payload(stage);
    });
  };
  play(with(
      [](Stage& stage) { return stage.others().credential(stage.others().third_party.did(), membership); }));
  play(with([](Stage& stage) {
    return stage.others().credential(stage.holder(), membership, [&](json::Object& each) {
      each["issuer"] = stage.others().third_party.did().str();
    });
  }));
  play(with([](Stage& stage) {
    auto token = stage.others().credential(stage.holder(), membership);
    auto other = stage.others().credential(stage.holder(), membership);
    return token.substr(0, token.rfind('.')) + other.substr(other.rfind('.'));
  }));
}

TEST_F(DcpRules, a_did_document_is_one_that_every_known_reader_takes) {
  const auto only = [](const json::Value& object, std::set<std::string> members) {
    for (const auto& member : object.as_object()) {
      verify(members.erase(std::string(member.key())) > 0 && !member.value().is_null(),
             "a member that is null, or that some readers refuse: " + std::string(member.key()));
    }
  };
  play([&](Stage& stage) {
    for (const auto& did : {stage.holder(), stage.issuer(), stage.verifier()}) {
      const auto url = protocol::did::document_url(did, protocol::did::WebScheme::http).value();
      const auto document = json::parse(accepted(stage.get(url)).body.text).value();
      verify(document.at("@context").is_array(), "the context is no list");
      for (const auto& service : document.at("service").as_array()) {
        only(service, {"id", "type", "serviceEndpoint"});
        verify(!text_of(service.as_object(), "serviceEndpoint").ends_with('/'),
               "an endpoint ends with a slash");
      }
      std::set<std::string> keys;
      for (const auto& method : document.at("verificationMethod").as_array()) {
        only(method, {"id", "type", "controller", "publicKeyJwk"});
        verify(text_of(method.as_object(), "type") == "JsonWebKey2020", "a type of method that is not known");
        verify(text_of(method.as_object(), "id").starts_with(did.str() + "#"), "an id that is not absolute");
        verify(!method.at("publicKeyJwk").as_object().contains("d"), "a private key");
        verify(keys.insert(text_of(method.as_object(), "id")).second, "two keys under one id");
      }
      for (const auto* relationship : {"authentication", "assertionMethod", "capabilityInvocation"}) {
        for (const auto& key : document.at(relationship).as_array())
          verify(key.is_string() && keys.contains(std::string(key.as_string())), "a key that there is not");
      }
    }
  });
}
