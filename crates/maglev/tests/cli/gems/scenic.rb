class CreateThings < ActiveRecord::Migration[8.1]
  def change = create_view(:things)
end

class UpdateThings < ActiveRecord::Migration[8.1]
  def change = update_view(:things, version: 2, revert_to_version: 1)
end

class ReplaceThings < ActiveRecord::Migration[8.1]
  def change = replace_view(:things, version: 2, revert_to_version: 2)
end

class DropThings < ActiveRecord::Migration[8.1]
  def change = drop_view(:things, revert_to_version: 2)
end

class MaterializeThings < ActiveRecord::Migration[8.1]
  def up
    create_view :things, version: 1, materialized: true
    add_index :things, :id, unique: true
    add_index :things, :n, name: "by_n"
  end

  def down = drop_view(:things, materialized: true)
end

class UpdateMaterialized < ActiveRecord::Migration[8.1]
  def change = update_view(:things, version: 2, revert_to_version: 1, materialized: true)
end

class LoseAColumn < ActiveRecord::Migration[8.1]
  def up = update_view(:things, sql_definition: "SELECT 5 AS id", materialized: { no_data: true })
  def down = update_view(:things, version: 1, materialized: true)
end

class UpdateBesides < ActiveRecord::Migration[8.1]
  def change = update_view(:things, version: 1, materialized: { side_by_side: true })
end

class WithoutTransaction < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!
  def change = update_view(:things, version: 1, materialized: { side_by_side: true })
end

class Contradiction < ActiveRecord::Migration[8.1]
  def change = update_view(:things, version: 1, materialized: { side_by_side: true, no_data: true })
end

class InAnotherSchema < ActiveRecord::Migration[8.1]
  def change
    create_view "public.others", version: 1
    drop_view "public.others"
  end
end

class FromSql < ActiveRecord::Migration[8.1]
  def change = create_view(:texts, sql_definition: "SELECT 1 AS id")
end

class VersionAndSql < ActiveRecord::Migration[8.1]
  def change = create_view(:texts, version: 1, sql_definition: "SELECT 1 AS id")
end

class UpdateToNothing < ActiveRecord::Migration[8.1]
  def change = update_view(:texts)
end

class ReplaceByNothing < ActiveRecord::Migration[8.1]
  def change = replace_view(:texts)
end

class ReplaceMaterialized < ActiveRecord::Migration[8.1]
  def change = replace_view(:texts, version: 1, materialized: true)
end

class EmptyFile < ActiveRecord::Migration[8.1]
  def change = create_view(:empties)
end

class UnknownKeyword < ActiveRecord::Migration[8.1]
  def change = create_view(:texts, verzion: 1)
end

class Refresh < ActiveRecord::Migration[8.1]
  def up
    create_view :fresh, sql_definition: " SELECT 1 AS id ; ", materialized: true
    Scenic.database.refresh_materialized_view(:fresh)
    Scenic.database.refresh_materialized_view(:fresh, concurrently: true)
  end
end

class InsideRevert < ActiveRecord::Migration[8.1]
  def change
    revert { create_view :texts, version: 1, materialized: false }
  end
end
