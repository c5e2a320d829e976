#pragma once

#include <string_view>
#include <vector>

#include "dataplane/source/source.hpp"
#include "domain/data_flow/types.hpp"

namespace kontor::dataplane::source {

/// The kinds of sources that this process can read, each of one type of data address.
class SourceKinds {
 public:
  /// `kind` outlives its use. Before the first flow is ordered.
  void add(SourceKind& kind);

  /// An address as its owner wrote it into the asset, in the form that is stored. Errors: invalid_input with
  /// the JSON pointer; its type, where there is no such kind.
  Result<dps::DataAddress> read(const json::Node& address) const;

  /// `address`: as `read` wrote it, unsealed. Errors: those of the kind; invalid_input where it is gone.
  Task<Result<std::shared_ptr<Source>>> open(Reader reader, dps::DataAddress address) const;

 private:
  SourceKind* find(std::string_view type) const;

  std::vector<SourceKind*> kinds_;
};

Reader reader_of(ContextId context, const domain::data_flow::Terms& terms);

}  // namespace kontor::dataplane::source
