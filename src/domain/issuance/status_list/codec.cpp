#include "domain/issuance/status_list/codec.hpp"

namespace kontor::domain::issuance::status_list {
namespace {

using protocol::vc::StatusKind;

constexpr json::EnumNames<StatusKind, 2> kind_names{{
    {StatusKind::bitstring, "BitstringStatusList"},
    {StatusKind::status_list_2021, "StatusList2021"},
}};

Result<void> read_bits(const json::Node& node, protocol::vc::Bitstring& out) {
  std::string encoded;
  if (auto done = json::read(node, encoded); !done) return done;
  auto bits = protocol::vc::decode_bitstring(encoded);
  if (!bits) return invalid(node.pointer(), "{}", bits.error().message());
  out = std::move(*bits);
  return {};
}

}  // namespace

static Result<void> read(const json::Node& node, Published& out) {
  json::ObjectReader in(node);
  in.required("vc1Token", out.vc1_token)
      .required("vc2Token", out.vc2_token)
      .required("revision", out.revision)
      .required("signedAt", out.signed_at)
      .required("validUntil", out.valid_until);
  return in.done();
}

static json::Value write(const Published& published) {
  return json::ObjectWriter()
      .field("vc1Token", published.vc1_token)
      .field("vc2Token", published.vc2_token)
      .field("revision", published.revision)
      .field("signedAt", published.signed_at)
      .field("validUntil", published.valid_until)
      .done();
}

Result<void> read(const json::Node& node, List& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("url", out.url)
      .required("issuer", out.issuer)
      .required("purpose", out.purpose)
      .required("open", out.open)
      .required("revision", out.revision)
      .optional("published", out.published)
      .optional("signAt", out.sign_at);
  auto kind = in.member("kind");
  auto taken = in.member("taken");
  auto bits = in.member("bits");
  if (!kind) in.refuse("kind", "is required");
  if (!taken) in.refuse("taken", "is required");
  if (!bits) in.refuse("bits", "is required");
  if (auto done = in.done(); !done) return done;
  if (auto done = json::read_enum(*kind, kind_names, out.kind); !done) return done;
  if (auto done = read_bits(*taken, out.taken); !done) return done;
  if (auto done = read_bits(*bits, out.bits); !done) return done;
  if (out.taken.size_bits() == out.bits.size_bits()) return {};
  return invalid(bits->pointer(), "must have as many bits as 'taken'");
}

json::Value write(const List& list) {
  return json::ObjectWriter()
      .field("id", list.id)
      .field("url", list.url)
      .field("issuer", list.issuer)
      .field("kind", kind_names.name(list.kind))
      .field("purpose", list.purpose)
      .field("open", list.open)
      .field("taken", protocol::vc::encode_bitstring(list.taken))
      .field("bits", protocol::vc::encode_bitstring(list.bits))
      .field("revision", list.revision)
      .field("published", list.published)
      .field("signAt", list.sign_at)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  SignList sign;
  json::ObjectReader in(node);
  in.constant("type", "SignList").required("id", sign.id).required("revision", sign.revision);
  out = std::move(sign);
  return in.done();
}

json::Value write(const Effect& effect) {
  const auto& sign = std::get<SignList>(effect);
  return json::ObjectWriter()
      .field("type", "SignList")
      .field("id", sign.id)
      .field("revision", sign.revision)
      .done();
}

}  // namespace kontor::domain::issuance::status_list
