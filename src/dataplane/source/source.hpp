#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "platform/async/clock.hpp"
#include "platform/http/message.hpp"
#include "protocol/dps/data_address.hpp"
#include "protocol/dps/types.hpp"

namespace kontor::dataplane::source {

namespace dps = protocol::dps;
namespace web = platform::http;

/// For whom a source is opened: whose secrets and folders it may use, and what it may be told of the asker.
struct Reader {
  ContextId context;
  dps::ProcessId flow;
  dps::AgreementId agreement;
  dps::DatasetId dataset;
  std::string counter_party;
};

/// What the counter-party of a pull asks for.
struct Question {
  std::string method = "GET";
  std::string path;           ///< behind the flow's address, with its leading slash, as received; empty: none
  std::string query;          ///< without the question mark
  web::Headers headers = {};  ///< without what concerns the connection or proves who asks
  web::Body body = {};
};

/// A whole that a source has, for whoever sends it on.
struct Part {
  std::string name;        ///< relative to the source; empty: the source is this one part
  std::string media_type;  ///< empty: not known
  std::optional<std::uint64_t> size_bytes = {};
  std::string version = {};  ///< what tells these bytes from later ones; empty: nothing does

  bool operator==(const Part&) const = default;
};

/// Data of a participant, where it is. Used on the io thread, by any number of requests at once; bodies that
/// it gives outlive it.
class Source {
 public:
  virtual ~Source() = default;

  /// The source's own answer. Errors, safe to be told to the asker: invalid_input, not_found,
  /// method_not_allowed, too_large, peer_refused, peer_unavailable, timeout.
  virtual Task<Result<web::Response>> answer(Question question, platform::async::Deadline deadline) = 0;

  /// What there is, in the order of names. Errors: as above, too_large.
  virtual Task<Result<std::vector<Part>>> parts(platform::async::Deadline deadline) = 0;

  /// The bytes of one part behind the first `offset`. `deadline`: until they begin to come. Errors: as above;
  /// conflict (they are not of the part's `version`, or the source cannot go on there).
  virtual Task<Result<std::shared_ptr<web::BodyStream>>> open(Part part, std::uint64_t offset,
                                                              platform::async::Deadline deadline) = 0;
};

/// Sources of one type of data address.
class SourceKind {
 public:
  virtual ~SourceKind() = default;

  virtual std::string_view type() const = 0;  ///< "HttpData", without a namespace

  /// An address as its owner wrote it into the asset, in the form that is stored: every member that may be a
  /// secret has a name that is sealed (domain/data_flow). Errors: invalid_input with the JSON pointer.
  virtual Result<dps::DataAddress> read(const json::Node& address) const = 0;

  /// `address`: as `read` wrote it, unsealed. Errors: invalid_input, not_found (a secret that is not there).
  virtual Task<Result<std::shared_ptr<Source>>> open(Reader reader, dps::DataAddress address) = 0;
};

}  // namespace kontor::dataplane::source
