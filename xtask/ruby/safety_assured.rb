# What strong_migrations calls what its checks need not look at. Its checks send nothing of their own.
class ActiveRecord::Migration
  def safety_assured = yield
end
