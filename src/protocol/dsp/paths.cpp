#include "protocol/dsp/paths.hpp"

#include "base/text/encoding.hpp"

namespace kontor::protocol::dsp::paths {
namespace {

std::string below(std::string_view base, std::string_view path) {
  if (base.ends_with('/')) base.remove_suffix(1);
  return std::string(base) + std::string(path);
}

std::string of_process(std::string_view base, std::string_view kind, const Pid& pid, std::string_view rest) {
  return below(base, kind) + text::percent_encode(pid.str(), ":") + std::string(rest);
}

constexpr std::string_view negotiations = "/negotiations/";
constexpr std::string_view transfers = "/transfers/";

}  // namespace

std::string version_document(std::string_view root) {
  constexpr std::string_view path = "/.well-known/dspace-version";
  return root.ends_with(path) ? std::string(root) : below(root, path);
}
std::string catalog_request(std::string_view base) {
  return below(base, "/catalog/request");
}
std::string dataset(std::string_view base, const DatasetId& id) {
  return below(base, "/catalog/datasets/") + text::percent_encode(id.str(), ":");
}

std::string negotiation(std::string_view base, const Pid& receiver) {
  return of_process(base, negotiations, receiver, "");
}
std::string negotiation_request(std::string_view base) {
  return below(base, "/negotiations/request");
}
std::string negotiation_request(std::string_view base, const Pid& provider) {
  return of_process(base, negotiations, provider, "/request");
}
std::string negotiation_offers(std::string_view base) {
  return below(base, "/negotiations/offers");
}
std::string negotiation_offers(std::string_view base, const Pid& consumer) {
  return of_process(base, negotiations, consumer, "/offers");
}
std::string negotiation_agreement(std::string_view base, const Pid& consumer) {
  return of_process(base, negotiations, consumer, "/agreement");
}
std::string negotiation_verification(std::string_view base, const Pid& provider) {
  return of_process(base, negotiations, provider, "/agreement/verification");
}
std::string negotiation_events(std::string_view base, const Pid& receiver) {
  return of_process(base, negotiations, receiver, "/events");
}
std::string negotiation_termination(std::string_view base, const Pid& receiver) {
  return of_process(base, negotiations, receiver, "/termination");
}
std::string agreement_termination(std::string_view base, const Pid& receiver) {
  return of_process(base, negotiations, receiver, "/agreement/termination");
}

std::string transfer(std::string_view base, const Pid& receiver) {
  return of_process(base, transfers, receiver, "");
}
std::string transfer_request(std::string_view base) {
  return below(base, "/transfers/request");
}
std::string transfer_start(std::string_view base, const Pid& receiver) {
  return of_process(base, transfers, receiver, "/start");
}
std::string transfer_completion(std::string_view base, const Pid& receiver) {
  return of_process(base, transfers, receiver, "/completion");
}
std::string transfer_suspension(std::string_view base, const Pid& receiver) {
  return of_process(base, transfers, receiver, "/suspension");
}
std::string transfer_termination(std::string_view base, const Pid& receiver) {
  return of_process(base, transfers, receiver, "/termination");
}

}  // namespace kontor::protocol::dsp::paths
