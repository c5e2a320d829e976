#include "domain/issuance/status_list/codec.hpp"

#include "base/text/encoding.hpp"

namespace kontor::domain::issuance::status_list {
namespace {

constexpr std::string_view compressed_mark = "u";
/// No letter of base64url.
constexpr std::string_view plain_mark = "=";

}  // namespace

Result<void> read_bits(const json::Node& node, protocol::vc::Bitstring& out) {
  std::string encoded;
  if (auto done = json::read(node, encoded); !done) return done;
  if (encoded.starts_with(compressed_mark)) {
    auto bits = protocol::vc::decode_bitstring(encoded);
    if (!bits) return invalid(node.pointer(), "{}", bits.error().message());
    out = std::move(*bits);
    return {};
  }
  if (!encoded.starts_with(plain_mark)) return invalid(node.pointer(), "is in no form of a status list");
  auto bytes = text::base64url_decode(std::string_view(encoded).substr(plain_mark.size()));
  if (!bytes) return invalid(node.pointer(), "{}", bytes.error().message());
  out = protocol::vc::Bitstring::of_bytes(std::move(*bytes));
  return {};
}

json::Value write_bits(const protocol::vc::Bitstring& bits) {
  return json::write(std::string(plain_mark) + text::base64url_encode(bits.bytes()));
}

Result<void> read(const json::Node& node, Published& out) {
  json::ObjectReader in(node);
  std::int64_t interval = 0;
  in.required("revision", out.revision)
      .required("signedAt", out.signed_at)
      .required("validUntil", out.valid_until)
      .optional("intervalMicroseconds", interval);
  out.interval = Duration(interval);
  return in.done();
}

json::Value write(const Published& published) {
  return json::ObjectWriter()
      .field("revision", published.revision)
      .field("signedAt", published.signed_at)
      .field("validUntil", published.valid_until)
      .field("intervalMicroseconds", std::int64_t{published.interval.count()})
      .done();
}

Result<void> read(const json::Node& node, List& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("url", out.url)
      .required("issuer", out.issuer)
      .required("purpose", out.purpose)
      .required("revision", out.revision)
      .optional("published", out.published)
      .optional("signAt", out.sign_at);
  auto kind = in.member("kind");
  auto bits = in.member("bits");
  if (!kind) in.refuse("kind", "is required");
  if (!bits) in.refuse("bits", "is required");
  if (auto done = in.done(); !done) return done;
  if (auto done = json::read_enum(*kind, kind_names, out.kind); !done) return done;
  return read_bits(*bits, out.bits);
}

json::Value write(const List& list) {
  return json::ObjectWriter()
      .field("id", list.id)
      .field("url", list.url)
      .field("issuer", list.issuer)
      .field("kind", kind_names.name(list.kind))
      .field("purpose", list.purpose)
      .field("bits", write_bits(list.bits))
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
