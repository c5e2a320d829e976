#include "protocol/vc/status_list.hpp"

namespace kontor::protocol::vc {
namespace {

struct ListNames {
  std::string_view credential_type;
  std::string_view subject_type;
};

ListNames names_of(StatusKind kind) {
  if (kind == StatusKind::status_list_2021) return {"StatusList2021Credential", "StatusList2021"};
  return {"BitstringStatusListCredential", "BitstringStatusList"};
}

json::Value purposes_value(const std::vector<std::string>& purposes) {
  return purposes.size() == 1 ? json::write(purposes.front()) : json::write(purposes);
}

}  // namespace

Credential status_list_credential(const StatusList& list, Format format) {
  const bool is_2021 = list.kind == StatusKind::status_list_2021;
  const auto [credential_type, subject_type] = names_of(list.kind);
  Credential credential{.format = format, .id = list.url, .issuer = list.issuer};
  if (is_2021) credential.contexts.emplace_back(context_status_list_2021);
  credential.types = {std::string(type_verifiable_credential), std::string(credential_type)};
  credential.valid_from = list.valid_from;
  credential.valid_until = list.valid_until;
  auto claims =
      json::ObjectWriter()
          .field("type", subject_type)
          .field("statusPurpose", purposes_value(list.purposes))
          .field("encodedList", is_2021 ? encode_bitstring_2021(list.bits) : encode_bitstring(list.bits))
          .done();
  if (list.ttl && !is_2021)
    claims.get_object()["ttl"] = std::chrono::duration_cast<std::chrono::milliseconds>(*list.ttl).count();
  credential.subjects = {{.id = Did(list.url + "#list"), .claims = claims.get_object()}};
  return credential;
}

Result<StatusList> read_status_list(const Credential& credential) {
  if (credential.subjects.size() != 1)
    return invalid("/credentialSubject", "must be exactly one status list");
  const json::Value claims = credential.subjects.front().claims;
  json::ObjectReader in{json::Node(claims, "/credentialSubject")};
  std::string type;
  std::string encoded;
  std::vector<std::string> purposes;
  in.required("type", type).one_or_many("statusPurpose", purposes).required("encodedList", encoded);
  const bool is_2021 = type == "StatusList2021";
  if (!is_2021 && type != "BitstringStatusList") in.refuse("type", "is no status list");
  if (purposes.empty()) in.refuse("statusPurpose", "is required");
  if (auto done = in.done(); !done)
    return fail(std::move(done.error()), "read status list {}", credential.id);
  auto bits = decode_bitstring(encoded);
  if (!bits) return fail(std::move(bits.error()), "read status list {}", credential.id);
  return StatusList{.kind = is_2021 ? StatusKind::status_list_2021 : StatusKind::bitstring,
                    .url = credential.id,
                    .issuer = credential.issuer,
                    .purposes = std::move(purposes),
                    .bits = std::move(*bits),
                    .valid_from = credential.valid_from,
                    .valid_until = credential.valid_until};
}

}  // namespace kontor::protocol::vc
