#pragma once

#include <functional>
#include <map>
#include <string>

#include "protocol/dsp/catalog.hpp"
#include "protocol/dsp/negotiation.hpp"
#include "protocol/dsp/transfer.hpp"
#include "protocol/dsp/version.hpp"

/// One message of every type, with everything that it can hold; and in its other shapes, where it has any.
/// For tests only.
namespace kontor::protocol::dsp::testing {

/// Reads and writes again.
using Recode = std::function<Result<json::Value>(const json::Value&)>;

template <class T>
Result<json::Value> recoded(const json::Value& value) {
  auto decoded = json::decode_value<T>(value);
  if (!decoded) return fail(decoded.error());
  return write(*decoded);
}

/// By the name of the schema.
inline const std::map<std::string, Recode>& codecs() {
  static const std::map<std::string, Recode> table{
      {"catalog-request-message", recoded<CatalogRequestMessage>},
      {"dataset-request-message", recoded<DatasetRequestMessage>},
      {"catalog", recoded<Catalog>},
      {"dataset", recoded<RootDataset>},
      {"catalog-error", recoded<CatalogError>},
      {"protocol-version", recoded<VersionResponse>},
      {"contract-request-message", recoded<ContractRequestMessage>},
      {"contract-offer-message", recoded<ContractOfferMessage>},
      {"contract-agreement-message", recoded<ContractAgreementMessage>},
      {"contract-agreement-verification-message", recoded<ContractAgreementVerificationMessage>},
      {"contract-negotiation-event-message", recoded<ContractNegotiationEventMessage>},
      {"contract-negotiation-termination-message", recoded<ContractNegotiationTerminationMessage>},
      {"contract-negotiation", recoded<ContractNegotiation>},
      {"contract-negotiation-error", recoded<ContractNegotiationError>},
      {"transfer-request-message", recoded<TransferRequestMessage>},
      {"transfer-start-message", recoded<TransferStartMessage>},
      {"transfer-completion-message", recoded<TransferCompletionMessage>},
      {"transfer-suspension-message", recoded<TransferSuspensionMessage>},
      {"transfer-termination-message", recoded<TransferTerminationMessage>},
      {"transfer-process", recoded<TransferProcess>},
      {"transfer-error", recoded<TransferError>},
  };
  return table;
}

inline Pids pids() {
  return {Pid{"urn:uuid:p"}, Pid{"urn:uuid:c"}};
}

inline odrl::Policy policy(odrl::PolicyType type) {
  auto offer = json::decode<odrl::Policy>(R"({"@id":"d:a:u","target":"asset-1","assigner":"did:web:p",
    "profile":["x:1","x:2"],"permission":[{"action":"use","constraint":[{"or":[
      {"leftOperand":"odrl:purpose","operator":"isAnyOf","rightOperand":["x","y"]},
      {"and":[{"leftOperand":"odrl:spatial","operator":"eq","rightOperand":{"@value":"1"}}]}]}],
      "duty":[{"action":"odrl:inform"}]}],
    "prohibition":[{"action":"odrl:distribute"}],"obligation":[{"action":"odrl:delete"}]})")
                   .value();
  offer.type = type;
  return offer;
}

inline odrl::Policy agreement() {
  auto agreed = policy(odrl::PolicyType::agreement);
  agreed.assignee = "did:web:c";
  agreed.timestamp = from_epoch_seconds(1795273200);
  return agreed;
}

inline DataAddress address() {
  return {"https://w3id.org/idsa/v4.1/HTTP",
          "https://dp.example/x",
          {{"authorization", "t"}, {"authType", "bearer"}}};
}

inline Reason reason() {
  return {"42", {json::Value("because"), json::parse(R"({"message":"x"})").value()}};
}

inline Dataset dataset() {
  Dataset data;
  data.id = DatasetId{"asset-1"};
  data.offers = {policy(odrl::PolicyType::offer)};
  data.distributions = {
      {"HttpData-PULL", "service-1", {}, {}},
      {"HttpData-PUSH", DataService{"service-2", "https://p.example", "dspace:connector", {}}, {}, {}}};
  data.extensions.emplace("https://w3id.org/edc/v0.0.1/ns/name", "A name");
  return data;
}

template <class Visit>
void for_each_negotiation_message(Visit visit) {
  const MessageId id{"m-1"};
  const auto ids = pids();
  const auto offer = policy(odrl::PolicyType::offer);
  visit(ContractRequestMessage{id, ids.consumer, {}, "https://c.example", offer}, "contract-request-message");
  visit(ContractRequestMessage{id, ids.consumer, ids.provider, "https://c.example", offer},
        "contract-request-message");
  visit(ContractOfferMessage{id, ids.provider, {}, "https://p.example", offer}, "contract-offer-message");
  visit(ContractOfferMessage{id, ids.provider, ids.consumer, {}, offer}, "contract-offer-message");
  visit(ContractAgreementMessage{id, ids, agreement()}, "contract-agreement-message");
  visit(ContractAgreementVerificationMessage{id, ids}, "contract-agreement-verification-message");
  for (const auto& row : negotiation_event_type_names.rows)
    visit(ContractNegotiationEventMessage{id, ids, row.first}, "contract-negotiation-event-message");
  visit(ContractNegotiationTerminationMessage{id, ids, reason()}, "contract-negotiation-termination-message");
  visit(ContractNegotiationTerminationMessage{{}, ids, {}}, "contract-negotiation-termination-message");
  for (const auto& row : negotiation_state_names.rows)
    visit(ContractNegotiation{ids, row.first}, "contract-negotiation");
  visit(ContractNegotiationError{ids, reason()}, "contract-negotiation-error");
}

template <class Visit>
void for_each_transfer_message(Visit visit) {
  const MessageId id{"m-1"};
  const auto ids = pids();
  visit(TransferRequestMessage{id, ids.consumer, AgreementId{"a"}, "HttpData-PUSH", address(),
                               "https://c.example"},
        "transfer-request-message");
  visit(TransferStartMessage{id, ids, address()}, "transfer-start-message");
  visit(TransferStartMessage{id, ids, {}}, "transfer-start-message");
  visit(TransferCompletionMessage{id, ids}, "transfer-completion-message");
  visit(TransferSuspensionMessage{id, ids, reason()}, "transfer-suspension-message");
  visit(TransferTerminationMessage{id, ids, {}}, "transfer-termination-message");
  for (const auto& row : transfer_state_names.rows)
    visit(TransferProcess{ids, row.first}, "transfer-process");
  visit(TransferError{ids, reason()}, "transfer-error");
}

template <class Visit>
void for_each_catalog_message(Visit visit) {
  const MessageId id{"m-1"};
  visit(CatalogRequestMessage{id, {}}, "catalog-request-message");
  visit(CatalogRequestMessage{id, {json::parse(R"({"@type":"QuerySpec"})").value()}},
        "catalog-request-message");
  visit(DatasetRequestMessage{id, DatasetId{"asset-1"}}, "dataset-request-message");
  visit(RootDataset{dataset()}, "dataset");
  const Catalog nested{"n", "", {}, {}, {}, {{"Catalog", "service-1", {}, {}}}, {}};
  visit(
      Catalog{"c", "did:web:p", {dataset()}, {nested}, {{"service-1", "https://p.example", {}, {}}}, {}, {}},
      "catalog");
  visit(Catalog{"c", "did:web:p", {}, {}, {}, {}, {}}, "catalog");
  visit(CatalogError{reason()}, "catalog-error");
}

/// Calls `visit(message, name)` with the name of the message's schema.
template <class Visit>
void for_each_message(Visit visit) {
  for_each_negotiation_message(visit);
  for_each_transfer_message(visit);
  for_each_catalog_message(visit);
}

}  // namespace kontor::protocol::dsp::testing
