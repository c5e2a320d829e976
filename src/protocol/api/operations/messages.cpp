#include "protocol/api/operations/messages.hpp"

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::protocol::api::operations {
namespace {

/// No kind, context or id holds a control character.
constexpr char separator = '\x1f';

}  // namespace

json::Value write(const QuarantinedEntity& entity) {
  return json::ObjectWriter()
      .field("participantContextId", entity.context)
      .field("kind", entity.kind)
      .field("id", entity.id)
      .field("reason", entity.reason)
      .non_empty("effect", entity.effect)
      .field("attempts", entity.attempts)
      .field("since", entity.since)
      .done();
}

json::Value write(const QuarantinePage& page) {
  return json::ObjectWriter().field("entities", page.entities).field("next", page.next).done();
}

json::Value write(const RestingPeer& peer) {
  return json::ObjectWriter()
      .field("counterPartyId", peer.id)
      .field("authority", peer.authority)
      .field("reason", peer.reason)
      .field("failures", peer.failures)
      .field("since", peer.since)
      .field("until", peer.until)
      .done();
}

json::Value write(const RestingPeers& list) {
  return json::ObjectWriter().field("peers", list.peers).done();
}

std::string write_cursor(const QuarantinePlace& place) {
  const auto text = place.kind + separator + place.context.str() + separator + place.id.str();
  return text::base64url_encode(bytes_of(text));
}

Result<QuarantinePlace> read_cursor(std::string_view cursor) {
  auto bytes = text::base64url_decode(cursor);
  const auto content = bytes ? std::string(text_of(*bytes)) : std::string();
  const auto parts = text::split(content, separator);
  if (parts.size() != 3) return fail(ErrorCode::invalid_input, "this cursor is not one of this list");
  return QuarantinePlace{std::string(parts[0]), ContextId(std::string(parts[1])),
                         EntityId(std::string(parts[2]))};
}

}  // namespace kontor::protocol::api::operations
