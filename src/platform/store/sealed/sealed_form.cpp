#include "platform/store/sealed/sealed_form.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/json/member_text.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/store/transaction_check.hpp"

namespace kontor::platform::store::sealed {
namespace {

constexpr std::string_view sealed_key = "$sealed";
constexpr std::string_view form_version = "1";
constexpr std::size_t nonce_bytes = std::tuple_size_v<crypto::Nonce>;

/// A sealed body is a third larger than what was put.
constexpr json::ParseLimits limits{.bytes_max = 2 * StoreLimits{}.body_bytes_max, .depth_max = 64};

/// What the message is bound to, each part behind its length so that no two places have one spelling.
std::string associated_data(const Place& place) {
  const std::string_view row = place.row == Place::Row::entity ? "entity" : "effect";
  std::string data("kontor sealed ");
  for (const auto part : std::array{form_version, row, place.context, place.kind, place.id}) {
    data += std::to_string(part.size());
    data += ':';
    data += part;
  }
  return data;
}

bool holds_something(std::string_view value) {
  return value != "null" && value != "\"\"" && value != "{}" && value != "[]";
}

void put_back(json::Object& body, std::string_view path, json::Value value) {
  auto* parent = &body;
  const auto steps = text::split(path, '.');
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    auto& next = (*parent)[steps[i]];
    if (!next.is_object()) next = json::Object();
    parent = &next.get_object();
  }
  (*parent)[steps.back()] = std::move(value);
}

std::string sealed_text(std::string_view plaintext, const Sealing& sealing) {
  const auto nonce = crypto::new_nonce(sealing.random);
  const auto bound_to = associated_data(sealing.place);
  const auto cipher = crypto::seal(sealing.key.key, nonce, {bytes_of(plaintext), bytes_of(bound_to)});
  Bytes message;
  message.reserve(nonce.size() + cipher.size());
  message.assign(nonce.begin(), nonce.end());
  message.insert(message.end(), cipher.begin(), cipher.end());
  return fmt::format("{}.{}.{}", form_version, sealing.key.id, text::base64url_encode(message));
}

Result<crypto::Secret> open_message(const SealedBody& sealed, const Place& place, const crypto::AesKey& key) {
  if (sealed.message.size() < nonce_bytes) return fail(ErrorCode::internal, "a sealed member was cut");
  crypto::Nonce nonce;
  std::copy_n(sealed.message.begin(), nonce_bytes, nonce.begin());
  const auto bound_to = associated_data(place);
  auto opened =
      crypto::open(key, nonce, {BytesView(sealed.message).subspan(nonce_bytes), bytes_of(bound_to)});
  if (opened) return opened;
  return fail_as(ErrorCode::internal, std::move(opened.error()), "open what is sealed of the {} '{}'",
                 place.kind, place.id);
}

std::unexpected<Error> not_ours() {
  return fail(ErrorCode::internal, "what is sealed in the store was not written by this program");
}

}  // namespace

bool may_hold(std::string_view body, std::span<const std::string_view> members) {
  return std::ranges::any_of(members, [body](std::string_view path) {
    return json::may_name(body, path.substr(path.rfind('.') + 1));
  });
}

Result<Parted> take_out(std::string body, std::span<const std::string_view> members) {
  Parted parted{std::move(body), {}};
  for (const auto path : members) {
    const auto member = json::find_member(parted.clear, path);
    if (!member) return fail(Error(member.error()), "seal a stored form");
    if (!*member) continue;
    const auto value =
        std::string_view(parted.clear).substr((*member)->value, (*member)->end - (*member)->value);
    if (!holds_something(value)) continue;
    parted.secret += parted.secret.empty() ? '{' : ',';
    parted.secret.append("\"").append(path).append("\":").append(value);
    json::erase_member(parted.clear, **member);
  }
  if (parted.secret.empty()) return parted;
  parted.secret += '}';
  if (auto good = json::check(parted.secret, limits); !good)
    return fail(std::move(good.error()), "seal a member");
  return parted;
}

std::string seal_members(Parted parted, const Sealing& sealing) {
  auto body = std::move(parted.clear);
  const auto sealed = sealed_text(parted.secret, sealing);
  crypto::wipe(std::as_writable_bytes(std::span(parted.secret)));
  body.erase(body.find_last_of('}'));
  const bool alone = body.find_last_not_of(" \t\r\n") == body.find('{');
  return body.append(alone ? "\"" : ",\"").append(sealed_key).append("\":\"").append(sealed).append("\"}");
}

std::string seal_whole(std::string_view body, const Sealing& sealing) {
  return fmt::format("{{\"{}\":\"{}\"}}", sealed_key, sealed_text(body, sealing));
}

Result<std::optional<SealedBody>> read_sealed(std::string_view body) {
  if (!body.contains(sealed_key)) return std::nullopt;
  auto value = json::parse(body, limits);
  if (!value) return fail(std::move(value.error()), "read a stored form");
  auto* object = value->if_object();
  if (!object) return std::nullopt;
  const auto found = object->find(sealed_key);
  if (found == object->end()) return std::nullopt;
  if (!found->value().is_string()) return not_ours();
  const std::string text(found->value().get_string());
  object->erase(found);
  const auto parts = text::split(text, '.');
  if (parts.size() != 3 || parts[0] != form_version) return not_ours();
  auto message = text::base64url_decode(parts[2]);
  if (!message) return not_ours();
  return SealedBody{std::move(*value), std::string(parts[1]), std::move(*message)};
}

Result<std::string> open_members(SealedBody sealed, const Place& place, const crypto::AesKey& key) {
  auto opened = open_message(sealed, place, key);
  if (!opened) return fail(std::move(opened.error()));
  auto secret = json::parse(opened->reveal(), limits);
  if (!secret || !secret->is_object()) return not_ours();
  for (auto& member : secret->get_object())
    put_back(sealed.clear.as_object(), member.key(), std::move(member.value()));
  return json::serialize(sealed.clear);
}

Result<std::string> open_whole(const SealedBody& sealed, const Place& place, const crypto::AesKey& key) {
  auto opened = open_message(sealed, place, key);
  if (!opened) return fail(std::move(opened.error()));
  return std::string(opened->reveal());
}

}  // namespace kontor::platform::store::sealed
