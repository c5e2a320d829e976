#include "protocol/jose/jws.hpp"

#include "base/crypto/signature.hpp"
#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::protocol::jose {
namespace {

constexpr json::ParseLimits header_limits{.bytes_max = 16 * 1024, .depth_max = 8};

Result<Header> parse_header(std::string_view encoded) {
  const auto bytes = text::base64url_decode(encoded);
  if (!bytes) return fail(ErrorCode::malformed, "the token's header: {}", bytes.error().detail);
  const auto value = json::parse(text_of(*bytes), header_limits);
  if (!value) return fail(value.error(), "the token's header");
  return json::decode_value<Header>(*value);
}

}  // namespace

Result<Jws> parse_jws(std::string_view token, std::size_t bytes_max) {
  if (token.size() > bytes_max) {
    return fail(ErrorCode::too_large, "the token has {} bytes, {} are allowed", token.size(), bytes_max);
  }
  const auto head = text::split_once(token, '.');
  const auto tail = head ? text::split_once(head->second, '.') : std::nullopt;
  if (!tail || tail->second.contains('.')) {
    return fail(ErrorCode::malformed, "the token has not three parts with '.' between them");
  }
  auto header = parse_header(head->first);
  if (!header) return fail(header.error());
  const auto payload = text::base64url_decode(tail->first);
  if (!payload) return fail(ErrorCode::malformed, "the token's payload: {}", payload.error().detail);
  auto signature = text::base64url_decode(tail->second);
  if (!signature) return fail(ErrorCode::malformed, "the token's signature: {}", signature.error().detail);
  const auto signed_size = head->first.size() + 1 + tail->first.size();
  return Jws{std::move(*header), std::string(text_of(*payload)), std::string(token.substr(0, signed_size)),
             std::move(*signature)};
}

Result<void> verify(const Jws& jws, const crypto::PublicKey& key) {
  if (jws.header.alg != algorithm_of(key.type())) {
    return fail(ErrorCode::unauthenticated, "the token says {}, its key is for {}", name_of(jws.header.alg),
                name_of(algorithm_of(key.type())));
  }
  if (!crypto::verify(key, {bytes_of(jws.signing_input), jws.signature})) {
    return fail(ErrorCode::unauthenticated, "the token's signature was not made with this key");
  }
  return {};
}

std::string signing_input(const Header& header, std::string_view payload) {
  auto text = text::base64url_encode(bytes_of(json::serialize(write(header))));
  text += '.';
  text += text::base64url_encode(bytes_of(payload));
  return text;
}

std::string assemble(std::string signing_input, BytesView signature) {
  signing_input += '.';
  signing_input += text::base64url_encode(signature);
  return signing_input;
}

Result<void> read(const json::Node& node, Header& out) {
  json::ObjectReader in(node);
  std::string alg;
  in.required("alg", alg).optional("kid", out.kid).optional("typ", out.typ).optional("cty", out.cty);
  if (auto done = in.done(); !done) return done;
  for (const auto* extension : {"crit", "b64"}) {
    if (in.has(extension)) {
      return fail(ErrorCode::unauthenticated, "the token's header has '{}': extensions are not accepted",
                  extension);
    }
  }
  for (const auto* key : {"jwk", "jku", "x5c", "x5u"}) {
    if (in.has(key)) {
      return fail(ErrorCode::unauthenticated,
                  "the token's header has '{}': a token does not say which key it is proven with", key);
    }
  }
  const auto algorithm = algorithm_named(alg);
  if (!algorithm) {
    return fail(ErrorCode::unauthenticated, "the token's algorithm '{}' is not accepted",
                text::for_log(alg, 32));
  }
  out.alg = *algorithm;
  out.rest = *in.object();
  for (const auto* member : {"alg", "kid", "typ", "cty"}) out.rest.erase(member);
  return {};
}

json::Value write(const Header& header) {
  auto value = json::ObjectWriter()
                   .field("alg", name_of(header.alg))
                   .field("kid", header.kid)
                   .field("typ", header.typ)
                   .field("cty", header.cty)
                   .done();
  for (const auto& member : header.rest) value.as_object().emplace(member.key(), member.value());
  return value;
}

}  // namespace kontor::protocol::jose
