#include "platform/store/postgres/internal/libpq.hpp"

#include <dlfcn.h>

namespace kontor::platform::store::postgres {
namespace {

constexpr const char* library = "libpq.so.5";

/// Finds functions by name and remembers the first that is missing.
class Symbols {
 public:
  explicit Symbols(void* handle) : handle_(handle) {}

  template <class Function>
  Symbols& find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle_, name));
    if (!function && !missing_) missing_ = name;
    return *this;
  }
  const char* missing() const { return missing_; }

 private:
  void* handle_;
  const char* missing_ = nullptr;
};

Result<Libpq> load() {
  void* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return fail(ErrorCode::storage_failed, "PostgreSQL needs {}, the package libpq5: {}", library, dlerror());
  Libpq pq{};
  Symbols symbols(handle);
  symbols.find("PQclear", pq.clear)
      .find("PQcmdStatus", pq.cmdStatus)
      .find("PQconnectdbParams", pq.connectdbParams)
      .find("PQconsumeInput", pq.consumeInput)
      .find("PQenterPipelineMode", pq.enterPipelineMode)
      .find("PQerrorMessage", pq.errorMessage)
      .find("PQexitPipelineMode", pq.exitPipelineMode)
      .find("PQfinish", pq.finish)
      .find("PQflush", pq.flush)
      .find("PQfreemem", pq.freemem)
      .find("PQgetisnull", pq.getisnull)
      .find("PQgetlength", pq.getlength)
      .find("PQgetResult", pq.getResult)
      .find("PQgetvalue", pq.getvalue)
      .find("PQisBusy", pq.isBusy)
      .find("PQnotifies", pq.notifies)
      .find("PQntuples", pq.ntuples)
      .find("PQpipelineSync", pq.pipelineSync)
      .find("PQresultErrorField", pq.resultErrorField)
      .find("PQresultStatus", pq.resultStatus)
      .find("PQsendPrepare", pq.sendPrepare)
      .find("PQsendQuery", pq.sendQuery)
      .find("PQsendQueryPrepared", pq.sendQueryPrepared)
      .find("PQsetnonblocking", pq.setnonblocking)
      .find("PQsetNoticeProcessor", pq.setNoticeProcessor)
      .find("PQsocket", pq.socket)
      .find("PQstatus", pq.status)
      .find("PQtransactionStatus", pq.transactionStatus);
  if (symbols.missing())
    return fail(ErrorCode::storage_failed, "{} is older than 14: it has no {}", library, symbols.missing());
  return pq;
}

}  // namespace

Result<const Libpq*> load_libpq() {
  // A library is the process's, as one is that it was linked with.
  static const auto loaded = load();
  if (!loaded) return fail(loaded.error());
  return &*loaded;
}

}  // namespace kontor::platform::store::postgres
