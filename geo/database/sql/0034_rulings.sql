-- A unit takes an objection of its own back while no ruling refers to it. What is shown of a lamp, ruled or computed,
-- stands in status_span: the public's views read nothing of rulings. Runs as jiantu_owner.

create policy unit_removes on jiantu.objection for delete to jiantu_unit
  using (project_id = any((select jiantu.my_editable_projects())::bigint[])
    and unit_id = any((select jiantu.my_editable_units())::bigint[]));
grant delete on jiantu.objection to jiantu_unit;

drop policy projector_reads on jiantu.ruling;
revoke select (id, project_id, site_id, ruled, first_on, last_on) on jiantu.ruling from jiantu_projector;

-- The map as it stood at any moment is judged by the rulings of then.
select history.keep_rows('jiantu.ruling', 'id');
revoke execute on function history.ruling_keep() from public;
