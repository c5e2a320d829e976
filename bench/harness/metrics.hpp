#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "installation/installation.hpp"

namespace kontor::bench {

/// What the metrics of an installation's runtime say: value by name, summed over labels. Requests for metrics
/// are not counted among the requests.
using Metrics = std::map<std::string, double>;
Metrics scrape(installation::Driver& driver, const installation::Installation& home);

/// A folder for data and logs of a run, on the disk of the temporary files.
std::filesystem::path new_folder();

}  // namespace kontor::bench
