# older_rails: true
# adapters: postgresql
# run: migrate
class IndexOnPartition < ActiveRecord::Migration[8.1]
  def change
    execute "CREATE TABLE logs (id bigint, at date) PARTITION BY RANGE (at)"
    execute "CREATE TABLE logs_2020 PARTITION OF logs FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"
    add_index :logs, :at
  end
end
