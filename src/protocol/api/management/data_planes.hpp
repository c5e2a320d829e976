#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"

/// Which data plane a transfer would get, and why.
namespace kontor::protocol::api::management {

struct DataPlaneQuestion {
  std::string transfer_type;
  std::vector<std::string> labels;
};
Result<void> read(const json::Node& node, DataPlaneQuestion& out);
json::Value write(const DataPlaneQuestion& question);

struct DataPlaneJudgement {
  std::string dataplane_id;
  std::string verdict;  ///< `CHOSEN`, `SUITS`, `SILENT`, `OTHER_TRANSFER_TYPES`, `LACKS_LABELS` or `GONE`
  std::string reason;
};
Result<void> read(const json::Node& node, DataPlaneJudgement& out);
json::Value write(const DataPlaneJudgement& judgement);

struct DataPlaneSelection {
  std::optional<std::string> chosen;  ///< none: no transfer could begin
  std::vector<DataPlaneJudgement> data_planes;
};
Result<void> read(const json::Node& node, DataPlaneSelection& out);
json::Value write(const DataPlaneSelection& selection);

}  // namespace kontor::protocol::api::management
